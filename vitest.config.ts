import { defineConfig } from 'vitest/config';

/** `--mode full` is the long campaign: fifty times as many inputs for every property. */
export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/campaign.ts'],
    env: { LOCKGATE_TEST_FACTOR: mode === 'full' ? '50' : '1' },
    testTimeout: mode === 'full' ? 1_800_000 : 60_000,
    reporters: mode === 'full' ? ['verbose'] : ['default'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
  },
}));
