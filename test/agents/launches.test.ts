import { describe, expect, it } from 'vitest';
import { launchesIn } from '../../src/agents/launches.ts';

/** `argv @folder` of each install in a script, then its doubts. */
function seen(script: string): readonly string[] {
  const { launches, doubts } = launchesIn(script, '/srv/shop', '/home/ada');
  return [...launches.map(({ argv, folder }) => `${argv.join(' ')} @${folder ?? '?'}`), ...doubts.map((doubt) => `? ${doubt}`)];
}

const here = '@/srv/shop';

describe('installs in a shell script', () => {
  const plain: readonly (readonly [string, readonly string[]])[] = [
    ['npm install left-pad', [`npm install left-pad ${here}`]],
    ['npm ci', [`npm ci ${here}`]],
    ['yarn', [`yarn ${here}`]],
    ['pnpm add -D left-pad', [`pnpm add -D left-pad ${here}`]],
    ['bun add left-pad', [`bun add left-pad ${here}`]],
    ['npx -y cowsay hi', [`npx -y cowsay hi ${here}`]],
    ['npm i a && npm i b', [`npm i a ${here}`, `npm i b ${here}`]],
    ['cd app && npm ci', ['npm ci @/srv/shop/app']],
    ['cd app; (cd lib; npm ci); npm i x', ['npm ci @/srv/shop/app/lib', 'npm i x @/srv/shop/app']],
    ['cd ~/code/x && yarn', ['yarn @/home/ada/code/x']],
    ['npm --prefix ../lib install', ['npm --prefix ../lib install @/srv/lib']],
    ['"npm" \'install\' left-pad', [`npm install left-pad ${here}`]],
    ['n"p"m i\\\nnstall x', [`npm install x ${here}`]],
    ["$'\\x6epm' install x", [`npm install x ${here}`]],
    ['npm i {left,right}-pad', [`npm i left-pad right-pad ${here}`]],
    ['npm install left-pad > log.txt 2>&1', [`npm install left-pad ${here}`]],
    ['npm install left-pad # and npm install other', [`npm install left-pad ${here}`]],
    ['NODE_ENV=production npm ci', [`npm ci ${here}`]],
    ['node_modules/.bin/pnpm add x', [`pnpm add x ${here}`]],
    ['/usr/local/bin/npm install x', [`npm install x ${here}`]],
    ['node /usr/lib/node_modules/npm/bin/npm-cli.js install x', [`npm install x ${here}`]],
    ['npm.cmd install x', [`npm install x ${here}`]],
    ['cat package.json | grep x; yarn add x', [`yarn add x ${here}`]],
    ['if [ -f yarn.lock ]; then yarn; else npm ci; fi', [`yarn ${here}`, `npm ci ${here}`]],
    ['for i in 1 2; do npm install x; done', [`npm install x ${here}`]],
    ['f() { npm install x; }; f', [`npm install x ${here}`]],
    ['case $1 in a) npm ci;; esac', [`npm ci ${here}`]],
    ['{ npm ci; } &', [`npm ci ${here}`]],
    ['! npm ci', [`npm ci ${here}`]],
    ['echo $((1<<3))\nnpm i x', [`npm i x ${here}`]],
    ['echo "$(npm i x)"', [`npm i x ${here}`]],
    ['echo `npm i x`', [`npm i x ${here}`]],
    ['diff <(npm i x) y', [`npm i x ${here}`]],
    ['cat <<EOF\nnpm i not\n$(npm i x)\nEOF', [`npm i x ${here}`]],
    ['echo "${A:-$(npm i x)}"', [`npm i x ${here}`]],
    ["cat <<'EOF'\n$(npm i not)\nEOF\nnpm i x", [`npm i x ${here}`]],
  ];
  for (const [script, expected] of plain) it(`finds what ${JSON.stringify(script)} installs`, () => expect(seen(script)).toEqual(expected));

  const wrapped = [
    'sudo npm install x',
    'sudo -u ada npm install x',
    'env A=b npm install x',
    'time npm install x',
    'nohup nice -n 5 npm install x &',
    'timeout 60 npm install x',
    'command npm install x',
    'exec npm install x',
    "bash -c 'npm install x'",
    'sh -lc "npm install x"',
    "sudo bash -euxc 'npm install x'",
    'bash -c \'sh -c "npm install x"\'',
    "eval 'npm install x'",
    'eval npm install x',
    'bash <<EOF\nnpm install x\nEOF',
    "bash <<< 'npm install x'",
    'corepack npm install x',
    'corepack npm@10 install x',
    'mise exec -- npm install x',
    'npx npm@latest install x',
    'find . -name package.json -execdir npm install x',
    'doppler run -- npm install x',
    './lockgate exec -- npm install x',
    '{npm,install,x}',
    '\\npm install x',
    'time -p npm install x',
    'X=$(npm install x)',
    'cmd /c npm install x',
  ];
  for (const script of wrapped)
    it(`sees through ${JSON.stringify(script)}`, () => {
      expect(launchesIn(script, '/srv/shop', '/home/ada').launches.map(({ argv }) => argv.join(' '))).toContainEqual(
        expect.stringMatching(/install x$/),
      );
    });

  const nothing = [
    '',
    'ls -la',
    'npm test',
    'npm run build',
    'npm view left-pad version',
    'git commit -m "npm install works now"',
    'echo npm install x',
    'grep -r "npm install" .',
    'cat <<EOF > README.md\nnpm install x\nEOF',
    'which npm',
    'command -v npm install',
    'sudo apt-get install -y nodejs npm',
    'brew install yarn',
    'eval "$(ssh-agent -s)"',
    '$EDITOR file.txt',
    'echo $((1 << 2))',
    "python3 -c 'print(1)'",
    'lockgate exec -- npm install x',
    'tsc && node dist/main.js',
    "sed -i 's/npm install/npm ci/' README.md",
  ];
  for (const script of nothing) it(`has no opinion about ${JSON.stringify(script)}`, () => expect(seen(script)).toEqual([]));

  const doubtful: readonly (readonly [string, RegExp])[] = [
    ['npm install $PKG', /only known when the shell runs/],
    ['npm install "$(cat list)"', /only known when the shell runs/],
    ['P=npm; $P install x', /program is only known/],
    ['$NPM install x', /program is only known/],
    ['eval "npm install $X"', /only known when the shell runs it|put together/],
    ['echo evil | xargs npm install', /comes from another command/],
    ['echo "npm install x" | sh', /a shell runs what another command prints/],
    ['python3 -c \'import os; os.system("npm install x")\'', /another language/],
    ['alias n=npm; n install x', /alias/],
    ["env -S 'npm install x'", /takes a command apart/],
    ["parallel 'npm install {}' ::: x", /takes a command apart/],
    ['npm install x && bash <<< "npm install $Y"', /put together/],
    ['npm install x --registry https://elsewhere.example/', /--registry/],
    ['npm_config_registry=https://elsewhere.example/ npm install x', /npm_config_registry/],
    ['export NPM_CONFIG_REGISTRY=https://elsewhere.example/; npm install x', /NPM_CONFIG_REGISTRY/],
    ['echo registry=https://elsewhere.example/ > .npmrc && npm install x', /\.npmrc/],
    ['npm config set registry https://elsewhere.example/ && npm install x', /earlier command/],
    ['git pull && npm ci', /git pull/],
    ['rm package-lock.json && npm install', /rm package-lock\.json/],
    ['cd "$DIR" && npm ci', /folder/],
    ['cd a || npm ci', /folder/],
    ['npm install "x', /no end/],
    ["cat > go.sh <<'EOF'\nnpm install x\nEOF\nbash go.sh", /just written/],
    ['npm frobnicate x', /no command that is understood/],
  ];
  for (const [script, reason] of doubtful)
    it(`does not claim to understand ${JSON.stringify(script)}`, () => expect(seen(script).join('\n')).toMatch(reason));

  it.each(['npm ci', 'cd app && npm ci', 'npm install -D left-pad && pnpm add x --save-exact', 'yarn --frozen-lockfile 2>/dev/null'])(
    'sees that %s does nothing but install',
    (script) => {
      expect(launchesIn(script, '/', '/').isInstallOnly).toBe(true);
    },
  );
  it.each([
    'ls',
    'npm ci && npm test',
    'npm i x; curl https://elsewhere.example/',
    'npm i x > ~/.profile',
    'sudo npm i x',
    './npm i x',
    '/tmp/npm i x',
    'NODE_OPTIONS=--require=./x.js npm i x',
    'npm i x --script-shell=./x.sh',
    'npm i x --node-options=--require=./x.js',
    'npx rimraf /',
    'npm i -g x',
    'echo $(rm -rf /) && npm i x',
    'PATH=/tmp npm i x',
    'PATH=/tmp; npm i x',
    'npm() { rm -rf /; }; npm i x',
    'cd $(rm -rf /) && npm i x',
    'yes | npm i x',
  ])('sees that %s does more than install', (script) => {
    expect(launchesIn(script, '/', '/').isInstallOnly).toBe(false);
  });

  it('reads hostile scripts in linear time', () => {
    const started = performance.now();
    for (const script of [
      '$('.repeat(30_000),
      '"'.repeat(65_001),
      '{a,'.repeat(20_000),
      '`'.repeat(60_001),
      'bash -c "'.repeat(5000),
      '<<A '.repeat(16_000),
      '(('.repeat(30_000),
      'npm '.repeat(16_000),
    ])
      launchesIn(script, '/srv/shop', '/home/ada');
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('asks about a script that is too long to read', () => {
    expect(seen(`npm ci;${' '.repeat(70_000)}`)).toEqual(['? it has 70007 characters']);
  });
});
