package dev.reveille.protocols.rest;

import dev.reveille.model.Credential;
import dev.reveille.protocols.json.JsonBody;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// Reads a credential for Apple from a request, in one of three forms: a team's key, a certificate
/// with its key, or a PKCS#12 file that holds both.
final class AppleFields {
  private static final List<String> KEY = List.of("team", "keyId", "key");
  private static final List<String> CERTIFICATE = List.of("certificate", "privateKey");
  private static final List<String> PKCS12 = List.of("pkcs12", "password");

  /// Fields of the credential for everything.
  static final String[] DEFAULT = {
    "team",
    "keyId",
    "key",
    "certificate",
    "privateKey",
    "pkcs12",
    "password",
    "endpoint",
    "sandboxEndpoint",
    "trust"
  };

  /// Fields of one of several.
  static final String[] NAMED = named();

  private final CredentialCheck check;

  AppleFields(final CredentialCheck check) {
    this.check = check;
  }

  private static String[] named() {
    final var all = Arrays.copyOf(DEFAULT, DEFAULT.length + 2);
    all[DEFAULT.length] = "environment";
    all[DEFAULT.length + 1] = "topic";
    return all;
  }

  /// @throws dev.reveille.protocols.json.Refusal when fields of two ways are mixed, or one is wrong
  Credential credential(final JsonBody body) {
    final var way = way(body);
    final var endpoint = body.text("endpoint").orElse("");
    final var sandboxEndpoint = body.text("sandboxEndpoint").orElse("");
    final var trust = body.text("trust").orElse("");
    if (way == KEY) {
      return new Credential.Apns(
          body.required("team"),
          body.required("keyId"),
          body.required("key"),
          endpoint,
          sandboxEndpoint,
          trust);
    }
    final var pem =
        way == CERTIFICATE
            ? new CredentialCheck.PemIdentity(
                body.required("certificate"), body.required("privateKey"))
            : opened(body);
    return new Credential.ApnsCertificate(
        pem.certificate(), pem.key(), endpoint, sandboxEndpoint, trust);
  }

  /// The one of which a field is there; the key where none is, as its fields are missed then.
  private static List<String> way(final JsonBody body) {
    var found = List.<String>of();
    for (final var way : List.of(KEY, CERTIFICATE, PKCS12)) {
      final var field = way.stream().filter(body::has).findFirst();
      if (field.isEmpty()) {
        continue;
      }
      if (!found.isEmpty()) {
        throw body.wrong(
            field.get(), "does not go together with " + found.getFirst() + ": give one of the two");
      }
      found = way;
    }
    return found.isEmpty() ? KEY : found;
  }

  private CredentialCheck.PemIdentity opened(final JsonBody body) {
    final byte[] file;
    try {
      file = Base64.getMimeDecoder().decode(body.required("pkcs12"));
    } catch (IllegalArgumentException _) {
      throw body.wrong("pkcs12", "is not base64");
    }
    final var password = body.name("password").orElse("");
    return Named.checked(() -> check.opened(file, password));
  }
}
