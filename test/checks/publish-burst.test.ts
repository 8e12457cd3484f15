import { publishBurst } from '../../src/checks/publish-burst.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const chalk = component('chalk', '5.6.1');
const burst = (versions: readonly string[], strangers: readonly string[], age = 1): { readonly burst: unknown } => ({
  burst: { status: 'published', publishedAt: now - age * day, versions, circles: ['account qix'], strangers, common: 'qix' },
});

testCheck(publishBurst, {
  passes: {
    'an old release': { component: chalk, evidence: { burst: { status: 'history' } } },
    alone: { component: chalk, evidence: burst(['5.6.1'], []) },
    'a release, and a repair of it': { component: chalk, evidence: burst(['5.6.0', '5.6.1'], []) },
    'a monorepo and one other': { component: chalk, evidence: burst(['5.6.1'], ['chalk', 'debug']) },
    'a week ago': { component: chalk, evidence: burst(['5.6.1', '5.6.2', '5.6.3', '5.6.4'], ['chalk', 'debug', 'color'], 7) },
  },
  fails: {
    'four versions within the hour': {
      component: chalk,
      evidence: burst(['5.6.1', '5.6.2', '5.6.3', '5.6.4'], []),
      finds: [{ rule: 'publish-burst/versions', severity: 'warning', message: /4 versions of its line/ }],
    },
    'three packages that have nothing in common but the account': {
      component: chalk,
      evidence: burst(['5.6.1'], ['chalk', 'color-name', 'debug']),
      finds: [{ rule: 'publish-burst/siblings', severity: 'warning', message: /from qix within minutes/ }],
    },
  },
  notApplicable: { 'a version that the registry does not know': { component: chalk, evidence: { burst: { status: 'not-in-registry' } } } },
});
