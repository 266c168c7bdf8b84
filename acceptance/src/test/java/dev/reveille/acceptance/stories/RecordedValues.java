package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands for `${NAME}` in recorded requests: values of earlier answers, and
///
/// - `now:PT1H`, a moment so far from now
/// - `many:300:ab`, a text so many times
/// - `statement:kid=phones sub=anna jti=1 exp=PT5M`, a statement signed with `statementKey`; with
///   `jti=*` each has an id of its own
/// - `statementKey`, `appleKey` and `serviceAccount`, made for one play
final class RecordedValues {
  private static final Pattern NAMED = Pattern.compile("\\$\\{([^}]*)}");

  private final Map<String, String> values = new HashMap<>();
  private final KeyPair signing;
  private int statements;

  RecordedValues() throws Exception {
    final var curve = KeyPairGenerator.getInstance("EC");
    curve.initialize(new ECGenParameterSpec("secp256r1"));
    this.signing = curve.generateKeyPair();
    final var rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2_048);
    put("statementKey", pem("PUBLIC KEY", signing.getPublic().getEncoded()));
    put("appleKey", pem("PRIVATE KEY", signing.getPrivate().getEncoded()));
    put(
        "serviceAccount",
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "service_account")
            .put("project_id", "example-project")
            .put("client_email", "sender@example-project.iam.gserviceaccount.com")
            .put("private_key_id", "1")
            .put("private_key", pem("PRIVATE KEY", rsa.generateKeyPair().getPrivate().getEncoded()))
            .put("token_uri", "https://oauth2.googleapis.com/token")
            .toString());
  }

  private static String pem(final String what, final byte[] encoded) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(encoded), what);
  }

  void put(final String name, final String value) {
    values.put(name, value);
  }

  String of(final String name) {
    final var known = values.get(name);
    if (known != null) {
      return known;
    }
    final var words = name.split(":", 3);
    return switch (words[0]) {
      case "now" -> Instant.now().plus(Duration.parse(words[1])).toString();
      case "many" -> words[2].repeat(Integer.parseInt(words[1]));
      case "statement" -> statement(name.substring(name.indexOf(':') + 1));
      default -> throw new IllegalArgumentException("no answer before gave ${" + name + "}");
    };
  }

  String in(final String text) {
    return NAMED.matcher(text).replaceAll(found -> Matcher.quoteReplacement(of(found.group(1))));
  }

  JsonNode in(final JsonNode node) {
    return switch (node) {
      case TextNode text -> TextNode.valueOf(in(text.textValue()));
      case ObjectNode object -> {
        final var filled = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(one -> filled.set(one.getKey(), in(one.getValue())));
        yield filled;
      }
      case ArrayNode list -> {
        final var filled = JsonNodeFactory.instance.arrayNode();
        list.forEach(one -> filled.add(in(one)));
        yield filled;
      }
      default -> node;
    };
  }

  /// A JWT with ES256; each word is a claim, but `kid`, `alg` (said only) and `exp` (from now).
  private String statement(final String words) {
    final var head = JsonNodeFactory.instance.objectNode().put("alg", "ES256");
    final var claims = JsonNodeFactory.instance.objectNode().put("org", "default");
    for (final var word : words.split(" ")) {
      final var pair = word.split("=", 2);
      switch (pair[0]) {
        case "kid", "alg" -> head.put(pair[0], pair[1]);
        case "exp", "nbf" ->
            claims.put(pair[0], Instant.now().plus(Duration.parse(pair[1])).getEpochSecond());
        default -> claims.put(pair[0], pair[1].equals("*") ? "s" + ++statements : pair[1]);
      }
    }
    final var said = coded(head.toString()) + "." + coded(claims.toString());
    try {
      final var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(signing.getPrivate());
      signature.update(said.getBytes(StandardCharsets.US_ASCII));
      return said + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs with ES256", e);
    }
  }

  private static String coded(final String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
