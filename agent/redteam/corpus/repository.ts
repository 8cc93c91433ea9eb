import { category, type Plant } from '../types.ts';

const WRONG = /^r1\/tanh\/\w+: .* it must be/;
const repository = (tries: string, plant: Plant) =>
  ({ tries, attack: { kind: 'repository', plant }, ends: 'smoke', because: WRONG }) as const;

const HOOKS = [
  ...[
    'applypatch-msg',
    'commit-msg',
    'fsmonitor-watchman',
    'post-applypatch',
    'post-checkout',
    'post-commit',
  ],
  ...['post-index-change', 'post-merge', 'post-rewrite', 'pre-auto-gc', 'pre-commit', 'prepare-commit-msg'],
  ...['reference-transaction', 'sendemail-validate', 'update', 'pre-receive', 'post-receive', 'pre-push'],
];

/** Repositories that would run programs of their own when they are opened, filled, frozen or committed to. */
export const repositories = category('repository', {
  hooks: repository('every hook that git knows', { hooks: HOOKS }),
  'hooks-elsewhere': repository('a folder of hooks by configuration', {
    hooks: HOOKS,
    config: [['core.hooksPath', '.git/hooks']],
  }),
  'hooks-by-configuration': repository('hooks as configuration', {
    config: [
      ['hook.evil.command', '%EVIL%'],
      ['hook.evil.event', 'reference-transaction'],
      ['hook.other.command', '%EVIL%'],
      ['hook.other.event', 'post-checkout'],
    ],
  }),
  filters: repository('filters for every file', {
    files: [
      {
        path: '.gitattributes',
        text: '* filter=evil diff=evil merge=evil text eol=crlf ident\n*.json working-tree-encoding=UTF-16\n',
      },
    ],
    config: [
      ['filter.evil.clean', '%EVIL%'],
      ['filter.evil.smudge', '%EVIL%'],
      ['filter.evil.process', '%EVIL%'],
      ['filter.evil.required', 'true'],
      ['diff.evil.command', '%EVIL%'],
      ['diff.evil.textconv', '%EVIL%'],
      ['merge.evil.driver', '%EVIL%'],
    ],
  }),
  programs: repository('programs for whatever git may want to run', {
    config: [
      ...(
        [
          'diff.external',
          'core.fsmonitor',
          'core.editor',
          'sequence.editor',
          'core.pager',
          'core.sshCommand',
          'core.gitProxy',
          'core.askPass',
          'core.alternateRefsCommand',
          'credential.helper',
          'gpg.program',
          'gpg.ssh.program',
          'uploadpack.packObjectsHook',
          'interactive.diffFilter',
          'init.templateDir',
        ] as const
      ).map((name) => [name, '%EVIL%'] as const),
      ['commit.gpgSign', 'true'],
      ['tag.gpgSign', 'true'],
      ['alias.cat-file', '!%EVIL%'],
      ['alias.worktree', '!%EVIL%'],
      ['pager.worktree', '%EVIL%'],
    ],
  }),
  'line-ends': repository('line ends that are changed on the way', {
    config: [
      ['core.autocrlf', 'true'],
      ['core.eol', 'crlf'],
      ['core.safecrlf', 'true'],
      ['core.symlinks', 'false'],
      ['core.fileMode', 'false'],
      ['core.ignoreCase', 'true'],
      ['core.precomposeUnicode', 'true'],
    ],
  }),
  includes: repository('configuration from elsewhere', {
    config: [
      ['include.path', '%PLANTED%'],
      ['includeIf.gitdir:/.path', '%PLANTED%'],

      ['extensions.worktreeConfig', 'false'],
      ['core.attributesFile', '%PLANTED%'],
      ['core.excludesFile', '%PLANTED%'],
    ],
  }),
  submodules: repository('a submodule whose address is a command', {
    files: [
      { path: '.gitmodules', text: '[submodule "x"]\n\tpath = x\n\turl = ext::%EVIL%\n\tupdate = !%EVIL%\n' },
    ],
    config: [
      ['submodule.x.url', 'ext::%EVIL%'],
      ['submodule.x.update', '!%EVIL%'],
      ['submodule.x.active', 'true'],
      ['submodule.recurse', 'true'],
      ['protocol.ext.allow', 'always'],
    ],
  }),
  maintenance: repository('maintenance in the background', {
    config: [
      ['gc.auto', '1'],
      ['gc.autoDetach', 'true'],
      ['maintenance.auto', 'true'],
      ['maintenance.autoDetach', 'true'],
      ['gc.recentObjectsHook', '%EVIL%'],
      ['fetch.writeCommitGraph', 'true'],
    ],
  }),
  'promised-objects': repository('objects that a remote promises, by a command', {
    config: [
      ['remote.evil.url', 'ext::%EVIL%'],
      ['remote.evil.promisor', 'true'],
      ['remote.evil.partialclonefilter', 'blob:none'],
      ['extensions.partialClone', 'evil'],
      ['protocol.allow', 'always'],
    ],
  }),
});
