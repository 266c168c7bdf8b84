package dev.reveille.simulators.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.simulators.browser.BrowserSubscription.State;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/// The vector of RFC 8291, section 5, and what is not of its form.
final class EncryptedPayloadTest {
  private static final String PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
  private static final String PUBLIC =
      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
  private static final String AUTH = "BTBZMqHH6r4Tts7J_aSIgg";
  private static final String BODY =
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
          + "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
          + "lcy4a-fN";

  private static byte[] bytes(final String base64) {
    return Base64.getUrlDecoder().decode(base64);
  }

  private static BrowserSubscription ofTheVector() throws GeneralSecurityException {
    final var publicKey = CurvePoint.read(bytes(PUBLIC));
    final var privateKey =
        KeyFactory.getInstance("EC")
            .generatePrivate(
                new ECPrivateKeySpec(new BigInteger(1, bytes(PRIVATE)), publicKey.getParams()));
    return new BrowserSubscription(
        "t", "", new KeyPair(publicKey, privateKey), AUTH, State.ACTIVE, true);
  }

  @Test
  void the_vector_of_rfc_8291_is_read() throws Exception {
    final var subscription = ofTheVector();
    assertEquals(PUBLIC, subscription.p256dh());
    assertEquals(
        "When I grow up, I want to be a watermelon",
        new String(EncryptedPayload.open(bytes(BODY), subscription), StandardCharsets.UTF_8));
  }

  @Test
  void no_bit_of_the_vector_may_be_another() throws Exception {
    final var subscription = ofTheVector();
    final var body = bytes(BODY);
    for (int at = 0; at < body.length; at++) {
      if (at >= 16 && at < 20) {
        continue; // the record size may be any that the record fits in
      }
      final var changed = body.clone();
      changed[at] ^= 1;
      assertThrows(
          GeneralSecurityException.class, () -> EncryptedPayload.open(changed, subscription));
    }
    for (final int length : new int[] {0, 85, 86, 102, body.length - 1}) {
      assertThrows(
          GeneralSecurityException.class,
          () -> EncryptedPayload.open(Arrays.copyOf(body, length), subscription));
    }
  }

  @Test
  void a_record_size_that_the_record_does_not_fit_in_is_refused() throws Exception {
    final var body = bytes(BODY);
    body[18] = 0;
    body[19] = (byte) (body.length - 86 - 1);
    final var subscription = ofTheVector();
    assertThrows(GeneralSecurityException.class, () -> EncryptedPayload.open(body, subscription));
    body[19]++;
    assertEquals(41, EncryptedPayload.open(body, subscription).length);
  }

  @Test
  void padding_is_taken_off_and_a_push_for_another_browser_stays_closed() throws Exception {
    final var one = BrowserSubscription.make("", new SecureRandom());
    final var other = BrowserSubscription.make("", new SecureRandom());
    final var body = BrowserCaller.encrypted(one, "text\0", 30);
    assertEquals("text\0", new String(EncryptedPayload.open(body, one), StandardCharsets.UTF_8));
    assertThrows(GeneralSecurityException.class, () -> EncryptedPayload.open(body, other));
  }

  @Test
  void a_point_that_is_not_on_the_curve_is_no_key() throws Exception {
    final var key = (ECPublicKey) LoopbackCertificates.newKey().getPublic();
    final var point = CurvePoint.write(key);
    assertEquals(key.getW(), CurvePoint.read(point).getW());
    point[64] ^= 1;
    assertThrows(GeneralSecurityException.class, () -> CurvePoint.read(point));
    point[64] ^= 1;
    point[0] = 3;
    assertThrows(GeneralSecurityException.class, () -> CurvePoint.read(point));
  }
}
