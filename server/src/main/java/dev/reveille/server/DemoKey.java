package dev.reveille.server;

import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.rest.ApiKeys;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Instant;
import java.util.Set;

/// The API key of the demo page's backend, which may send and manage but not read content. It is
/// removed when the server ends; one that a killed server left is removed at the next start.
record DemoKey(SecretStore secrets, ApiKeys.Made made) implements AutoCloseable {
  private static final String NOTE = "the demo page";
  private static final String US = "demo page";

  static DemoKey make(final SecretStore secrets, final OrganisationId organisation) {
    secrets.apiKeys(organisation).stream()
        .filter(left -> left.note().equals(NOTE))
        .forEach(left -> secrets.removeApiKey(organisation, left.id(), US));
    final var rights = Set.of(Right.SEND, Right.MANAGE);
    return new DemoKey(
        secrets, ApiKeys.make(secrets, organisation, rights, NOTE, Instant.now(), US));
  }

  /// What the backend sends.
  String secret() {
    return made.secret();
  }

  @Override
  public void close() {
    secrets.removeApiKey(made.key().organisation(), made.key().id(), US);
  }
}
