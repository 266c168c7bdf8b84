# shellcheck shell=bash
# One build at a time in one checkout. Sourced by `reveille` and `verify`, which set `work` and `say`.

# Runs the command after $1 while holding the lock file $1 in $work; says so when a build has to wait for it.
under_lock() {
  local lock=$work/$1
  shift
  if command -v flock >/dev/null 2>&1; then
    (
      flock -n 9 || { [ "$lock" != "$work/build.lock" ] || say "waiting for another build to finish"; flock 9; }
      "$@" 9>&-
    ) 9>"$lock"
  else # no flock (macOS): only one can make a folder, and that of an owner who died is taken over
    until mkdir "$lock.d" 2>/dev/null; do
      kill -0 "$(cat "$lock.d/pid" 2>/dev/null || echo $$)" 2>/dev/null || rm -rf "$lock.d"
      sleep 0.2
    done
    echo $$ >"$lock.d/pid"
    ("$@")
    local status=$?
    rm -rf "$lock.d"
    return $status
  fi
}
