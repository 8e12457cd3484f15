import { existence } from '../../src/checks/existence.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';

const invented = component('react-codeshift-hooks', '1.0.0');

testCheck(existence, {
  passes: {
    'a version that the registry has': {
      component: invented,
      evidence: { packument: packumentOf('react-codeshift-hooks', [release('1.0.0')]) },
    },
    'a package named constructor': {
      component: component('constructor', '1.0.0'),
      evidence: { packument: packumentOf('constructor', [release('1.0.0')]) },
    },
  },
  fails: {
    'an invented name': {
      component: invented,
      evidence: { packument: packumentWithStatus('react-codeshift-hooks', 'missing') },
      finds: [{ rule: 'existence/name-missing', severity: 'error', message: 'react-codeshift-hooks does not exist in the registry' }],
    },
    'a version that was withdrawn': {
      component: invented,
      evidence: { packument: packumentOf('react-codeshift-hooks', [release('0.9.0')]) },
      finds: [{ rule: 'existence/version-missing' }],
    },
    'a version named like a property of every object': {
      component: component('react-codeshift-hooks', 'constructor'),
      evidence: { packument: packumentOf('react-codeshift-hooks', [release('0.9.0')]) },
      finds: [{ rule: 'existence/version-missing' }],
    },
    'a name that was unpublished': {
      component: invented,
      evidence: {
        packument: packumentWithStatus('react-codeshift-hooks', 'unpublished', { unpublishedAt: Date.parse('2026-03-01T00:00:00Z') }),
      },
      finds: [{ rule: 'existence/unpublished', message: /on 2026-03-01/ }],
    },
    'a document without versions': {
      component: invented,
      evidence: { packument: packumentWithStatus('react-codeshift-hooks', 'empty') },
      finds: [{ rule: 'existence/unpublished' }],
    },
    'a security placeholder': {
      component: invented,
      evidence: { packument: packumentWithStatus('react-codeshift-hooks', 'security-holding') },
      finds: [{ rule: 'existence/security-placeholder', severity: 'error' }],
    },
  },
  notApplicable: {
    'a git dependency': { component: component('left-pad', '1.3.0', { source: { type: 'git', url: 'https://git.example/a.git' } }) },
  },
});
