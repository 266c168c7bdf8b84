package dev.reveille.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reveille.model.FileText;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Product;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a fresh data directory usable at once: creates an organisation and a first API key, and
/// writes a file that tells the command line where the server is and how to speak to it.
final class Bootstrap {
  static final OrganisationId FIRST = OrganisationId.FIRST;
  private static final String US = "server";
  private static final String FILE = "client.json";
  private static final String USUAL_API = "https://127.0.0.1:8443";
  private static final String USUAL_DEVICES = "https://127.0.0.1:9443";
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);

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
    final var file = directory.resolve(FILE);
    registry.keepOrganisation(FIRST, US);
    var key = "";
    if (secrets.apiKeys(FIRST).isEmpty()) {
      key =
          ApiKeys.make(
                  secrets, FIRST, Set.of(Right.values()), "made on first start", Instant.now(), US)
              .secret();
    } else {
      key = read(file).path("key").asText("");
    }
    if (key.isEmpty()) {
      LOG.warn(
          "{} has no key for the command line: give one with --key, or stop the server and make one"
              + " with `{} keys add --data {} --offline`",
          file,
          Product.COMMAND,
          directory);
    }
    write(file, api, devices, authority.toAbsolutePath().toString(), key);
  }

  /// Writes another key into `client.json`. The next start writes the addresses anew; until then
  /// they are those of before, or the usual ones.
  static void replaceKey(final Path directory, final String key) {
    final var file = directory.resolve(FILE);
    final var before = read(file);
    write(
        file,
        before.path("server").asText(USUAL_API),
        before.path("devices").asText(USUAL_DEVICES),
        before.path("ca").asText(directory.resolve("tls/ca.pem").toAbsolutePath().toString()),
        key);
  }

  private static void write(
      final Path file,
      final String api,
      final String devices,
      final String authority,
      final String key) {
    final var content = new LinkedHashMap<String, String>();
    content.put("server", api);
    if (!devices.isEmpty()) {
      content.put("devices", devices);
    }
    content.put("ca", authority);
    content.put("key", key);
    try {
      LocalAuthority.write(
          file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(content));
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// What stands in the file; nothing when it was removed or is no JSON. Then [OfflineKeys] makes a
  /// key, or an operator who has one.
  private static JsonNode read(final Path file) {
    try {
      return Files.exists(file)
          ? new ObjectMapper().readTree(FileText.read(file))
          : MissingNode.getInstance();
    } catch (final JsonProcessingException damaged) {
      return MissingNode.getInstance();
    } catch (final IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
