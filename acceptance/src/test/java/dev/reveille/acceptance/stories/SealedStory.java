package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.ArrivedPush;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A phone with a key of its own: Apple carries what it cannot read, and the phone reads it with
/// the library that the guide names for Android. The server seals with the same one; that receivers
/// without it read it too is shown by the tests of `push.seal`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SealedStory {
  private final HPKE hpke =
      new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
  private final AsymmetricCipherKeyPair keys = hpke.generatePrivateKey();
  @AutoClose private final Theatre theatre = Theatres.withPush();

  private Map<String, Object> publicKey() {
    return Map.of(
        "contentKey",
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(hpke.serializePublicKey(keys.getPublic())));
  }

  private JsonNode opened(final ArrivedPush push) throws Exception {
    final var envelope = theatre.payload(push).get("reveille");
    final var sealed = envelope.get("sealed").asText();
    final byte[] bytes = Base64.getUrlDecoder().decode(sealed.substring(sealed.indexOf('.') + 1));
    final var aad = envelope.get("id").asText() + " " + envelope.get("class").asText();
    return new ObjectMapper()
        .readTree(
            hpke.open(
                Arrays.copyOf(bytes, 32),
                keys,
                "reveille content 1".getBytes(StandardCharsets.US_ASCII),
                aad.getBytes(StandardCharsets.UTF_8),
                Arrays.copyOfRange(bytes, 32, bytes.length),
                null,
                null,
                null));
  }

  @Test
  void apple_carries_a_message_that_only_the_phone_can_read() throws Exception {
    final var phone = theatre.phone("sealed", kind -> kind);
    theatre.asPhone(phone, "PATCH", "/installation", publicKey());
    final var push = theatre.pushOf(theatre.message("sealed", "the merger is on"));
    assertEquals(200, push.status());
    for (final var secret : new String[] {"merger", "Bob", "team"}) {
      assertFalse(open(push).contains(secret), push.payload());
    }
    final var payload = theatre.payload(push);
    assertEquals("New message", payload.at("/aps/alert/body").asText());
    assertEquals(1, payload.at("/aps/mutable-content").asInt(), "the extension opens it");
    assertEquals(1, payload.at("/aps/badge").asInt());
    final var read = opened(push);
    assertEquals("Bob", read.at("/alert/title").asText());
    assertEquals("the merger is on", read.at("/alert/body").asText());
    assertEquals("team", read.at("/thread").asText());
  }

  @Test
  void apple_rings_a_phone_without_knowing_who_calls() throws Exception {
    final var phone = theatre.phone("discreet", kind -> kind);
    theatre.asPhone(phone, "PATCH", "/installation", publicKey());
    final int from = theatre.now();
    final var call = theatre.ring("discreet", "call", false);
    theatre.await(from, "discreet", "rang", report -> report.text("call").equals(call));
    final var push = theatre.pushOf(theatre.eventOf(call));
    assertEquals("voip", push.header("apns-push-type"));
    assertFalse(open(push).toLowerCase(java.util.Locale.ROOT).contains("carol"));
    assertEquals("sip:carol@example.org", opened(push).at("/caller/address").asText());
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
  }

  @Test
  void without_its_key_it_is_open_again() throws Exception {
    final var phone = theatre.phone("reopened", kind -> kind);
    theatre.asPhone(phone, "PATCH", "/installation", publicKey());
    theatre.asPhone(phone, "PATCH", "/installation", Map.of("contentKey", ""));
    assertTrue(theatre.pushOf(theatre.message("reopened", "hello")).payload().contains("hello"));
  }

  /// What Apple can read of a push: in what is sealed, any short word may stand by chance.
  private static String open(final ArrivedPush push) {
    return push.payload().replaceFirst("\"sealed\":\"[^\"]+\"", "");
  }
}
