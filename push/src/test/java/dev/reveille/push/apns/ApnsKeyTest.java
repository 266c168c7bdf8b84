package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.apple.SigningKey;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

/// A wrong key file is told from a right one, and the message says how.
final class ApnsKeyTest {
  private final SigningKey key = SigningKey.make("TEAM234567", "KEY2345678");

  private static String wrong(final String pem) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> ApnsKey.parse(pem)).getMessage());
  }

  @Test
  void the_file_that_apple_hands_out_is_read() {
    assertEquals("EC", ApnsKey.parse(key.pem()).getAlgorithm());
    assertEquals(
        "EC", ApnsKey.parse("a comment\r\n" + key.pem().replace("\n", "\r\n")).getAlgorithm());
  }

  @Test
  void what_is_no_key_is_named() throws Exception {
    assertTrue(wrong("hello").contains("no .p8 file"));
    assertTrue(wrong(key.publicPem()).contains("public key"));
    assertTrue(wrong(LoopbackCertificates.make().authorityPem()).contains("certificate"));
    assertTrue(
        wrong("-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----")
            .contains("SEC1"));
    assertTrue(wrong(key.pem().substring(0, 40) + key.pem().substring(60)).contains("no usable"));
    assertTrue(
        wrong(LoopbackCertificates.pem("PRIVATE KEY", new byte[] {1, 2, 3})).contains("no usable"));
  }

  @Test
  void a_key_of_another_curve_or_kind_is_refused() throws Exception {
    final var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    final var other =
        LoopbackCertificates.pem(
            "PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded());
    assertTrue(wrong(other).contains("P-256"));
    final var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
    assertTrue(
        wrong(LoopbackCertificates.pem("PRIVATE KEY", rsa.getEncoded())).contains("no usable"));
  }

  @Test
  void no_message_shows_any_of_the_key() {
    final String damaged = key.pem().substring(0, 40) + key.pem().substring(60);
    final String secret = key.pem().lines().skip(1).findFirst().orElseThrow().substring(0, 20);
    assertFalse(wrong(damaged).contains(secret));
  }

  @Test
  void a_file_that_ends_too_early_and_the_other_services_file_are_named() {
    final var short1 = wrong(key.pem().substring(0, 100));
    assertTrue(short1.contains("ends too early"), short1);
    assertTrue(short1.contains("-----END PRIVATE KEY-----"), short1);
    final var google =
        wrong("{\"type\":\"service_account\",\"private_key\":\"" + key.pem() + "\"}");
    assertTrue(google.contains("Google's service account"), google);
    assertTrue(google.contains("fcm"), google);
  }
}
