// The arrows of the house (docs/ARCHITECTURE.md): app, components, inngest/functions → lib → its own ports.
const TESTS = '\\.test\\.tsx?$|(^|/)(testing|fixtures|contract)/|/(testing|test-world)\\.ts$|^(test|e2e|bench)/';
const REACT = '^node_modules/(react|react-dom|radix-ui|lucide-react|swr)(/|$)';
// Files of lib without any state or server code: types, schemas, tables. Components may use them as they are.
const PURE = '^lib/(assets/params|events/event-types|quota/plans)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'no-orphans',
      comment: 'A file that nothing reaches and that reaches nothing has no room in the house.',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', TESTS, '^app/', '^instrumentation\\.ts$', '^proxy\\.ts$'] },
      to: {},
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'product-knows-no-tests', severity: 'error', from: { pathNot: TESTS }, to: { path: TESTS } },
    { name: 'no-development-packages', severity: 'error', from: { path: '^(app|components|inngest|lib)/', pathNot: TESTS }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },

    { name: 'lib-knows-no-pages', severity: 'error', from: { path: '^lib/', pathNot: TESTS }, to: { path: '^(app|components)/' } },
    { name: 'lib-knows-no-next', severity: 'error', from: { path: '^lib/', pathNot: '^lib/auth/page-session\\.ts$' }, to: { path: '^node_modules/next/' } },
    { name: 'lib-knows-no-react', severity: 'error', from: { path: '^lib/' }, to: { path: REACT } },
    {
      name: 'lib-knows-no-inngest',
      comment: 'Only boot starts the engine; everything else says what must happen through Runtime.sendEvents.',
      severity: 'error',
      from: { path: '^lib/', pathNot: `${TESTS}|^lib/boot\\.ts$` },
      to: { path: '^(inngest/|node_modules/inngest/)' },
    },
    { name: 'boot-starts-the-engine-only', severity: 'error', from: { path: '^lib/boot\\.ts$' }, to: { path: '^inngest/', pathNot: '^inngest/start-engine\\.ts$' } },
    {
      name: 'engine-knows-no-product',
      severity: 'error',
      from: { path: '^inngest/engine/', pathNot: TESTS },
      to: { path: '^(app|components|lib|inngest/functions)/', pathNot: '^lib/generated/prisma/' },
    },
    { name: 'functions-know-no-engine', severity: 'error', from: { path: '^inngest/functions/' }, to: { path: '^(inngest/engine|app|components)/' } },

    {
      name: 'components-use-lib-for-types',
      severity: 'error',
      from: { path: '^components/', pathNot: TESTS },
      to: { path: '^lib/', pathNot: PURE, dependencyTypesNot: ['type-only'] },
    },
    { name: 'pure-stays-pure', severity: 'error', from: { path: PURE }, to: { path: '^(lib/|node_modules/)', pathNot: `${PURE}|^node_modules/zod/`, dependencyTypesNot: ['type-only'] } },
    {
      name: 'embed-stands-alone',
      comment: 'It runs on pages of other people, where none of the rest is.',
      severity: 'error',
      from: { path: '^embed/', pathNot: TESTS },
      to: { pathNot: '^embed/' },
    },
    { name: 'components-know-no-routes', severity: 'error', from: { path: '^components/' }, to: { path: '^(app|inngest)/' } },
    {
      name: 'database-in-lib-only',
      severity: 'error',
      from: { path: '^(app|components|inngest/functions)/', pathNot: TESTS },
      to: { path: '^(lib/generated/prisma|lib/database|node_modules/(@prisma|pg|@electric-sql))/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|^lib/generated' },
    exclude: { path: '^(\\.next|data)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], mainFields: ['module', 'main', 'types'] },
  },
};
