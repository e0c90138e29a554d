# Reads a single-step trace of QEMU 7.2 (`-singlestep -d exec,nochain`) of constant-time.c and
# compares, address by address, every call of a case with the first call of that case. `symbols` is the
# output of nm. Prints a line a case, and the number of calls.

BEGIN {
  FS = "/"
  longest = 1000000
  while ((getline line < symbols) > 0) {
    split(line, word, " ")
    if (word[3] == "done") end = word[1]
    if (sub(/^case_/, "", word[3])) start[word[1]] = word[3]
  }
}

# The instruction of the line before was not executed: it comes again.
/^Stopped/ { at--; next }

!what && $2 in start {
  what = start[$2]
  if (!(what in first)) first[what] = ++cases * longest
  at = first[what]
  same = 1
}
!what { next }

$2 == end {
  if (!calls[what]++) last[what] = at
  if (same && at != last[what]) {
    same = 0
    if (!where[what]) where[what] = "the last instruction"
  }
  differ[what] += !same
  total++
  what = ""
  next
}

{
  at++
  if (!calls[what]) path[at] = $2
  else if (same && path[at] != $2) {
    same = 0
    if (!where[what]) where[what] = "instruction " at - first[what] " at " $2
  }
}

END {
  for (what in calls) {
    printf "%s: %d calls, %d instructions", what, calls[what], last[what] - first[what]
    if (differ[what]) printf "; %d differ, at first in %s", differ[what], where[what]
    print ""
  }
  print total " calls"
}
