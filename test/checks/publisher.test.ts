import { publisher } from '../../src/checks/publisher.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const stream = component('event-stream', '3.3.6');
const by = (version: string, name: string, over: object = {}): object => ({
  version,
  publisher: { name, email: `${name}@mail.example` },
  maintainers: ['dominic', 'juliangruber'],
  ...over,
});
const earlier = [by('3.3.5', 'dominic'), by('3.3.4', 'dominic'), by('3.3.3', 'dominic')];
const people = (release: object, age = 2, before: readonly object[] = earlier): { readonly people: unknown } => ({
  people: { status: 'published', release, publishedAt: now - age * day, earlier: before },
});
const byPipeline = (version: string): object =>
  by(version, 'GitHub Actions', { publisher: { name: 'GitHub Actions', email: 'npm-oidc@registry.example' }, trustedPublisher: 'github' });

testCheck(publisher, {
  passes: {
    'an old release': { component: stream, evidence: { people: { status: 'history' } } },
    'the usual account': { component: stream, evidence: people(by('3.3.6', 'dominic')) },
    'an account that published one of the releases before': {
      component: stream,
      evidence: people(by('3.3.6', 'juliangruber'), 2, [...earlier, by('3.3.2', 'juliangruber')]),
    },
    'a pipeline that has taken over from accounts': { component: stream, evidence: people(byPipeline('3.3.6')) },
    'a stranger, a month ago': { component: stream, evidence: people(by('3.3.6', 'right9ctrl'), 30) },
    'an address in other letter case': {
      component: stream,
      evidence: people(by('3.3.6', 'dominic', { publisher: { name: 'dominic', email: 'dominic@Mail.Example' } })),
    },
    'an account without an address': { component: stream, evidence: people(by('3.3.6', 'dominic', { publisher: { name: 'dominic' } })) },
  },
  fails: {
    'an account that nobody knows': {
      component: stream,
      evidence: people(by('3.3.6', 'right9ctrl')),
      finds: [{ rule: 'publisher/unknown-account', severity: 'error', message: /published by right9ctrl/ }],
    },
    'an account that nobody knows, a week later': {
      component: stream,
      evidence: people(by('3.3.6', 'right9ctrl'), 7),
      finds: [{ rule: 'publisher/unknown-account', severity: 'warning' }],
    },
    'an account that was added together with its release': {
      component: stream,
      evidence: people(by('3.3.6', 'right9ctrl', { maintainers: ['dominic', 'juliangruber', 'right9ctrl'] })),
      finds: [{ rule: 'publisher/unknown-account', severity: 'error' }],
    },
    'an account that differs in letter case only': {
      component: stream,
      evidence: people(by('3.3.6', 'Dominic')),
      finds: [{ rule: 'publisher/unknown-account' }],
    },
    'an account after a pipeline': {
      component: stream,
      evidence: people(by('3.3.6', 'right9ctrl'), 2, [byPipeline('3.3.5')]),
      finds: [{ rule: 'publisher/unknown-account' }],
    },
    'a pipeline’s name without a pipeline': {
      component: stream,
      evidence: people(by('3.3.6', 'GitHub Actions'), 2, [byPipeline('3.3.5')]),
      finds: [{ rule: 'publisher/unknown-account' }],
    },
    'a maintainer of long standing who does not publish as a rule': {
      component: stream,
      evidence: people(by('3.3.6', 'juliangruber')),
      finds: [{ rule: 'publisher/changed', severity: 'note' }],
    },
    'the usual account with an address elsewhere': {
      component: stream,
      evidence: people(by('3.3.6', 'dominic', { publisher: { name: 'dominic', email: 'dominic@proton.example' } })),
      finds: [{ rule: 'publisher/mail-domain-changed', severity: 'warning', message: /at proton\.example, before at mail\.example/ }],
    },
    'a release of the future': {
      component: stream,
      evidence: people(by('3.3.6', 'right9ctrl'), -2),
      finds: [{ rule: 'publisher/unknown-account', severity: 'error' }],
    },
  },
  notApplicable: {
    'the first release': { component: stream, evidence: people(by('3.3.6', 'right9ctrl'), 2, []) },
    'earlier releases without a publisher': { component: stream, evidence: people(by('3.3.6', 'right9ctrl'), 2, [{ version: '3.3.5' }]) },
    'a version that the registry does not know': { component: stream, evidence: { people: { status: 'not-in-registry' } } },
  },
});
