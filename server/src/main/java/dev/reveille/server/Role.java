package dev.reveille.server;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a server does in a topology of several; one process has all roles unless it is said.
enum Role {
  /// Users, devices and the decisions about their pushes.
  HOME("home"),
  /// Speaks with the servers of partners for the servers behind it.
  EDGE("edge"),
  /// Has the keys of the platforms, and pushes for partners.
  CLEARING_HOUSE("clearinghouse");

  private final String word;

  Role(final String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /// @param written null for all
  static Set<Role> read(final @Nullable List<String> written) {
    if (written == null) {
      return EnumSet.allOf(Role.class);
    }
    final var roles = EnumSet.noneOf(Role.class);
    for (final var word : written) {
      roles.add(
          Arrays.stream(values())
              .filter(role -> role.word.equals(word))
              .findFirst()
              .orElseThrow(
                  () -> new Configuration.Wrong("roles must be of " + words() + ", not " + word)));
    }
    Configuration.require(!roles.isEmpty(), "roles must name at least one of " + words());
    return roles;
  }

  private static String words() {
    return Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", "));
  }

  /// Whether the port for partners is opened.
  static boolean listens(final Set<Role> roles) {
    return roles.contains(EDGE) || roles.contains(CLEARING_HOUSE);
  }

  /// Whether devices connect.
  static boolean servesDevices(final Set<Role> roles) {
    return roles.contains(HOME) || roles.contains(CLEARING_HOUSE);
  }
}
