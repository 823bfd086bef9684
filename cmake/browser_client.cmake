# gamevents.js in one line, without comments and the blanks that only people need. Whoever writes it
# keeps to what it says at its top; tests run what comes out.
function(squeeze_script path result)
  file(READ "${path}" script)
  string(REGEX REPLACE "(^|\n) *//[^\n]*" "\\1" script "${script}")
  string(REGEX REPLACE "\n *" "" script "${script}")
  string(REGEX REPLACE " ?([-=+<>?:&|,{}()*!;]) ?" "\\1" script "${script}")
  set(${result} "${script}\n" PARENT_SCOPE)
endfunction()
