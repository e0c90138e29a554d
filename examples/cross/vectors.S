// tests/vectors.txt as it is, in flash.
    .section .rodata.vectors
    .global vectors, vectors_end
vectors:
    .incbin "vectors.txt"
vectors_end:
