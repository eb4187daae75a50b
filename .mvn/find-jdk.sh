# Sourced by mvnw and rift: sets JAVA_HOME to a JDK of release 25 or newer, or says what to install and ends.
rift_jdk_release() { # JDK home -> its major release, or nothing when it is no JDK
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] && [ -f "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

rift_find_jdk() {
  on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) && on_path=${on_path%/bin/javac}
  for home in "${RIFT_JAVA_HOME:-}" "${JAVA_HOME:-}" "${on_path:-}" \
    /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -n "$home" ] || continue
    release=$(rift_jdk_release "$home") || continue
    [ "${release:-0}" -ge 25 ] || continue
    JAVA_HOME=$home
    export JAVA_HOME
    return 0
  done
  echo "rift: needs a JDK 25 or newer and found none: install one (Debian: apt-get install openjdk-25-jdk; macOS: brew install openjdk; anywhere: https://adoptium.net), or set JAVA_HOME to it." >&2
  exit 1
}

rift_find_jdk
