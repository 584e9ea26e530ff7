// Imported first and alone: an old Node must reach this line before it meets syntax it cannot read.
var major = Number(process.versions.node.split('.')[0]);
var minor = Number(process.versions.node.split('.')[1]);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error('Motioness needs Node.js 20.19 or newer; this is ' + process.versions.node + '.');
  process.exit(1);
}
