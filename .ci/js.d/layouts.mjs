// Prints C that compiles where the structs of barejwt.h are as examples/js/src/layout.js has them.
const layouts = await import(`${process.env.TREE}/examples/js/src/layout.js`);

console.log("#include <barejwt.h>");
for (const [struct, { size, alignment, ...offsets }] of Object.entries(layouts)) {
  console.log(`_Static_assert(sizeof(barejwt_${struct}) == ${size}, "${struct}");`);
  console.log(`_Static_assert(_Alignof(barejwt_${struct}) == ${alignment}, "${struct}");`);
  for (const [field, offset] of Object.entries(offsets)) {
    console.log(`_Static_assert(offsetof(barejwt_${struct}, ${field}) == ${offset}, "${struct}.${field}");`);
  }
}
