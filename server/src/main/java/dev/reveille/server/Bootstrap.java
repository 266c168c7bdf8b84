package dev.reveille.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.rest.ApiKeys;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Set;

/// What makes a fresh data directory usable at once: an organisation, a first key, and a file that
/// tells the command line where the server is and how to speak to it.
final class Bootstrap {
  static final OrganisationId FIRST = new OrganisationId("default");
  private static final String US = "server";

  private Bootstrap() {}

  /// Makes organisation and key in an empty store, and writes `client.json` (mode 0600) anew, since
  /// ports may have changed.
  static void prepare(
      final Path directory,
      final Registry registry,
      final SecretStore secrets,
      final String api,
      final String devices,
      final Path authority) {
    final var file = directory.resolve("client.json");
    registry.keepOrganisation(FIRST, US);
    var key = "";
    if (secrets.apiKeys(FIRST).isEmpty()) {
      key =
          ApiKeys.make(
                  secrets, FIRST, Set.of(Right.values()), "made on first start", Instant.now(), US)
              .secret();
    } else {
      key = written(file);
    }
    final var content = new LinkedHashMap<String, String>();
    content.put("server", api);
    content.put("devices", devices);
    content.put("ca", authority.toAbsolutePath().toString());
    content.put("key", key);
    try {
      LocalAuthority.write(
          file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(content));
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// The key in the file, or none when somebody removed the file: then keys are made by an operator
  /// who has one.
  private static String written(final Path file) {
    try {
      return Files.exists(file)
          ? new ObjectMapper().readTree(file.toFile()).path("key").asText()
          : "";
    } catch (final IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
