package dev.reveille.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.ApiKey;
import dev.reveille.routing.port.SecretStore.Right;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Set;

/// What makes a fresh data directory usable at once: an organisation, a first key, and a file that
/// tells the command line where the server is and how to speak to it.
final class Bootstrap {
  static final OrganisationId FIRST = new OrganisationId("default");
  private static final String FIRST_KEY = "k_first";
  private static final String US = "server";
  private static final int KEY_BYTES = 32;

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
      key = fresh();
      secrets.keepApiKey(
          new ApiKey(FIRST_KEY, FIRST, Set.of(Right.values()), "made on first start", Instant.now()), hash(key), US);
    } else {
      key = written(file);
    }
    final var content = new LinkedHashMap<String, String>();
    content.put("server", api);
    content.put("devices", devices);
    content.put("ca", authority.toAbsolutePath().toString());
    content.put("key", key);
    try {
      LocalAuthority.write(file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(content));
    } catch (final IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String fresh() {
    final var bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return "rk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The key in the file, or none when somebody removed the file: then keys are made by an operator
  /// who has one.
  private static String written(final Path file) {
    try {
      return Files.exists(file) ? new ObjectMapper().readTree(file.toFile()).path("key").asText() : "";
    } catch (final IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] hash(final String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
    } catch (final NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
