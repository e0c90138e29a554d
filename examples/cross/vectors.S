// Puts tests/vectors.txt into flash, unchanged.
    .section .rodata.vectors
    .global vectors, vectors_end
vectors:
    .incbin "vectors.txt"
vectors_end:
