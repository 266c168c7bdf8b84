package dev.reveille.push.webpush;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.SubscriptionKeys;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/// The vector of RFC 8291 section 5, and what else must hold of a message.
final class MessageEncryptionTest {
  private static final SubscriptionKeys BROWSER =
      SubscriptionKeys.of(
          "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          "BTBZMqHH6r4Tts7J_aSIgg");

  private static byte[] bytes(final String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  @Test
  void the_standards_vector_byte_for_byte() throws Exception {
    final var own =
        new KeyPair(
            P256.publicKey(
                bytes(
                    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8")),
            P256.privateKey(bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")));
    final byte[] body =
        new MessageEncryption()
            .encrypt(
                "When I grow up, I want to be a watermelon".getBytes(StandardCharsets.UTF_8),
                BROWSER,
                own,
                bytes("DGv6ra1nlYgDCS1FRnbzlw"));
    assertArrayEquals(
        bytes(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
                + "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyou"
                + "BWLVWGNWQexSgSxsj_Qulcy4a-fN"),
        body);
  }

  @Test
  void each_message_has_a_key_pair_and_a_salt_of_its_own() throws Exception {
    final var encryption = new MessageEncryption();
    final byte[] one = encryption.encrypt(new byte[] {1}, BROWSER);
    final byte[] other = encryption.encrypt(new byte[] {1}, BROWSER);
    assertFalse(Arrays.equals(Arrays.copyOf(one, 16), Arrays.copyOf(other, 16)));
    assertFalse(Arrays.equals(Arrays.copyOfRange(one, 21, 86), Arrays.copyOfRange(other, 21, 86)));
  }

  @Test
  void the_largest_message_fills_the_largest_body() throws Exception {
    final byte[] body =
        new MessageEncryption().encrypt(new byte[MessageEncryption.LARGEST], BROWSER);
    assertEquals(MessageEncryption.LARGEST_BODY, body.length);
    assertEquals(3_993, MessageEncryption.LARGEST);
  }

  @Test
  void keys_that_are_none_are_refused_when_they_are_handed_in() {
    final byte[] point = BROWSER.point();
    point[40] ^= 1;
    final var encoder = Base64.getUrlEncoder();
    assertThrows(
        IllegalArgumentException.class,
        () -> SubscriptionKeys.of(encoder.encodeToString(point), BROWSER.auth()));
    assertThrows(
        IllegalArgumentException.class, () -> SubscriptionKeys.of(BROWSER.p256dh(), "AAAA"));
    assertThrows(
        IllegalArgumentException.class, () -> SubscriptionKeys.of("not base64!", BROWSER.auth()));
  }

  @Test
  void padding_and_the_other_alphabet_are_read_alike() {
    final var padded = Base64.getEncoder().encodeToString(BROWSER.point());
    final var secret = Base64.getEncoder().encodeToString(BROWSER.secret());
    assertEquals(BROWSER, SubscriptionKeys.of(padded, secret));
    assertTrue(secret.endsWith("=="));
    final var half = secret.substring(0, secret.length() - 1);
    assertEquals(BROWSER, SubscriptionKeys.of(padded, half), "some lose a part of it");
  }
}
