# shellcheck shell=bash disable=SC2034 # jdk and jdk_problem are read by those who source this
# Finds a JDK new enough for Reveille. Sourced by `reveille` and `verify`; written for bash 3.2 and later.
#
# A candidate is judged by the JAVA_VERSION line of its `release` file, so no JVM is started to look for one.

jdk_needed=25

# The usual folders, each holding one JDK per entry.
jdk_folders=(
  /usr/lib/jvm
  /usr/lib64/jvm
  /usr/java
  /opt
  /opt/java
  "${HOME:-/nonexistent}/.sdkman/candidates/java"
  "${HOME:-/nonexistent}/.jdks"
  "${HOME:-/nonexistent}/.local/share/mise/installs/java"
  /Library/Java/JavaVirtualMachines
)

# Prints the feature release of the JDK in folder $1, or nothing when there is no JDK in it.
jdk_release() {
  local line version=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=*) version=${line#JAVA_VERSION=} ;;
    esac
  done <"$1/release"
  version=${version#\"}
  version=${version%%[!0-9]*}
  echo "$version"
}

# True when folder $1 holds a JDK that is new enough.
jdk_fits() {
  local release
  release=$(jdk_release "$1")
  [ -n "$release" ] && [ "$release" -ge "$jdk_needed" ]
}

# Sets `jdk` to the JDK to use. Otherwise sets `jdk_problem` to one sentence with its remedy, and fails.
find_jdk() {
  local folder home
  jdk='' jdk_problem=''
  if [ -n "${REVEILLE_JAVA_HOME:-}" ]; then
    if jdk_fits "$REVEILLE_JAVA_HOME"; then
      jdk=$REVEILLE_JAVA_HOME
      return 0
    fi
    local release
    release=$(jdk_release "$REVEILLE_JAVA_HOME")
    if [ -n "$release" ]; then
      release="JDK $release"
    else
      release="no JDK"
    fi
    jdk_problem="REVEILLE_JAVA_HOME names $REVEILLE_JAVA_HOME, which holds $release; let it name a JDK $jdk_needed or newer, or unset it."
    return 1
  fi
  if [ -n "${JAVA_HOME:-}" ] && jdk_fits "$JAVA_HOME"; then
    jdk=$JAVA_HOME
    return 0
  fi
  for folder in "${jdk_folders[@]}"; do
    for home in "$folder"/*; do
      if jdk_fits "$home"; then
        jdk=$home
        return 0
      elif jdk_fits "$home/Contents/Home"; then
        jdk=$home/Contents/Home
        return 0
      fi
    done
  done
  jdk_problem="no JDK $jdk_needed or newer found in JAVA_HOME or the usual folders; install one (for example Eclipse Temurin $jdk_needed), or set REVEILLE_JAVA_HOME to where it is."
  return 1
}
