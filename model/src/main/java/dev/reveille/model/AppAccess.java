package dev.reveille.model;

import java.util.List;

/// Which organisations may register devices under an app: every one of the server, or those that
/// the app's publisher lists.
public sealed interface AppAccess {
  /// The word for all of them, where names could stand.
  String EVERY = "*";

  /// Any organisation of the server.
  record EveryOrganisation() implements AppAccess {}

  /// The listed organisations only.
  ///
  /// @param organisations in the order of their names, each once
  record Only(List<OrganisationId> organisations) implements AppAccess {
    public Only {
      organisations =
          organisations.stream()
              .map(OrganisationId::value)
              .distinct()
              .sorted()
              .map(OrganisationId::new)
              .toList();
    }
  }

  /// Whether devices of this organisation may register under the app.
  default boolean includes(final OrganisationId organisation) {
    return switch (this) {
      case EveryOrganisation() -> true;
      case Only(var organisations) -> organisations.contains(organisation);
    };
  }

  /// As it is written: names, or `*` alone.
  default List<String> words() {
    return switch (this) {
      case EveryOrganisation() -> List.of(EVERY);
      case Only(var organisations) -> organisations.stream().map(OrganisationId::value).toList();
    };
  }

  /// Reads what [#words] writes.
  static AppAccess of(final List<String> words) {
    return words.contains(EVERY)
        ? new EveryOrganisation()
        : new Only(words.stream().map(OrganisationId::new).toList());
  }
}
