package dev.reveille.push.fcm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reveille.model.FileText;
import dev.reveille.push.app.Endpoint;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/// Reads the JSON file that Google hands out for a service account. What is wrong with it is said
/// in one sentence that shows none of its secrets.
///
/// @param tokenUri where access tokens are had
record ServiceAccountFile(
    String project, String email, String keyId, PrivateKey key, URI tokenUri) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final int SMALLEST_KEY_BITS = 2_048;
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9:.-]{1,100}");
  private static final String REMEDY =
      "in the Firebase console, project settings, service accounts, generate a new private key and"
          + " give that JSON file";

  /// A server key of the interface that is gone: `AAAA`, a colon, and a long word; or an API key.
  private static final Pattern OLD_KEY =
      Pattern.compile("(key=)?(AAAA[\\w-]{5,20}:[\\w-]{80,200}|AIza[\\w-]{30,50})");

  /// @throws IllegalArgumentException that says what is wrong
  static ServiceAccountFile parse(final String file) {
    final String text = FileText.withoutMark(file).strip();
    if (OLD_KEY.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "this is a key of Google's old interface, which was switched off in 2024: " + REMEDY);
    }
    final JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      final boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
      throw new IllegalArgumentException(
          (twice
                  ? "the service account's file says a field twice: "
                  : text.contains("PRIVATE KEY-----") && !text.contains("{")
                      ? "this is a private key like Apple's .p8 file and no service account: "
                      : "the service account is no JSON: ")
              + REMEDY);
    }
    if (!json.path("type").asText("").equals("service_account")) {
      throw new IllegalArgumentException(whatElse(json) + ": " + REMEDY);
    }
    final String project = needed(json, "project_id");
    if (!PROJECT.matcher(project).matches()) {
      throw new IllegalArgumentException("the file's project_id is no name of a project");
    }
    return new ServiceAccountFile(
        project,
        needed(json, "client_email"),
        json.path("private_key_id").asText(""),
        key(needed(json, "private_key")),
        tokenUri(needed(json, "token_uri")));
  }

  private static String whatElse(final JsonNode json) {
    if (json.has("project_info") || json.has("client") && json.has("configuration_version")) {
      return "this is the app's google-services.json, which holds no key that may send";
    }
    if (json.has("installed") || json.has("web")) {
      return "these are the credentials of an OAuth client, not of a service account";
    }
    final String type = json.path("type").asText("");
    return type.isEmpty()
        ? "this is no file of a service account"
        : "this is a file of the type \"" + type.replaceAll("[^\\w-]", "?") + "\"";
  }

  private static String needed(final JsonNode json, final String field) {
    final String value = json.path(field).asText("");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("the service account's file has no " + field);
    }
    return value;
  }

  private static URI tokenUri(final String text) {
    try {
      final var uri = URI.create(text);
      if (Endpoint.canBe(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new IllegalArgumentException("the file's token_uri must be an address with https");
  }

  private static PrivateKey key(final String pem) {
    final int begin = pem.indexOf(BEGIN);
    final int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the file's private_key has no line `" + BEGIN + "`");
    }
    final PrivateKey key;
    try {
      final byte[] encoded =
          Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
      key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the file's private_key is no usable RSA key: " + REMEDY, e);
    }
    if (!(key instanceof final RSAPrivateCrtKey whole) || !RsaKeyCheck.fits(whole)) {
      throw new IllegalArgumentException(
          "the file's private_key does not fit itself: a letter of it was changed; " + REMEDY);
    }
    if (whole.getModulus().bitLength() < SMALLEST_KEY_BITS) {
      throw new IllegalArgumentException(
          "the file's private_key is shorter than " + SMALLEST_KEY_BITS + " bits");
    }
    return key;
  }

  @Override
  public String toString() {
    return "ServiceAccount[" + email + "]";
  }
}
