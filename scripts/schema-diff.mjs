// Prints the SQL that leads from one Prisma schema to prisma/schema.prisma, without a database and without Prisma's
// native engine (docs/decisions/0002). Usage: node scripts/schema-diff.mjs [OLD_SCHEMA_FILE]
// Without an old schema it starts from an empty database.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';

const old = process.argv[2] && path.resolve(process.argv[2]);
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const wasmDir = path.resolve('node_modules/@prisma/schema-engine-wasm');
const glue = await import(pathToFileURL(path.join(wasmDir, 'schema_engine_bg.js')).href);

const module = new WebAssembly.Module(fs.readFileSync(path.join(wasmDir, 'schema_engine_bg.wasm')));
const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': glue });
glue.__wbg_set_wasm(instance.exports);
/** @type {any} */ (instance.exports).__wbindgen_start();

/** @param {string} file */
const datamodel = (file) => ({ tag: 'schemaDatamodel', files: [{ path: file, content: fs.readFileSync(file, 'utf8') }] });
const target = 'prisma/schema.prisma';

const pglite = new PGlite();

const engine = await glue.SchemaEngine.new(
  { datamodels: [[target, fs.readFileSync(target, 'utf8')]] },
  () => {},
  bindMigrationAwareSqlAdapterFactory(new PrismaPGlite(pglite)),
);
const result = await engine.diff({
  from: old ? datamodel(old) : { tag: 'empty' },
  to: datamodel(target),
  script: true,
  exitCode: null,
  shadowDatabaseUrl: null,
  filters: { externalTables: [], externalEnums: [] },
});
console.log(result.stdout);
await pglite.close();
