package dev.reveille.storage.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Password;
import dev.reveille.routing.port.UserPasswords.Algorithm;
import dev.reveille.routing.port.UserPasswords.Busy;
import dev.reveille.storage.codec.DamagedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Hashes that others can read, digests as the RFC has them, and the bound on memory.
class PasswordHashesTest {
  private static final Password CIRCLE = Password.of("Circle of Life");

  private final PasswordHashes hashes = new PasswordHashes();

  @Test
  void a_hash_names_its_parameters_and_is_another_one_each_time() {
    final var one = hashes.hash(CIRCLE);
    assertTrue(
        one.matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}"),
        one);
    assertNotEquals(one, hashes.hash(CIRCLE));
    assertTrue(hashes.fits(one, CIRCLE));
    assertFalse(hashes.fits(one, Password.of("circle of Life")));
    assertFalse(hashes.fitsNone(CIRCLE));
  }

  /// Made by `argon2`, the program of the reference implementation: another memory, another number
  /// of passes and lanes than ours.
  @Test
  void a_hash_of_the_reference_implementation_with_other_parameters_is_read() {
    final var theirs =
        "$argon2id$v=19$m=256,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$I8WpUTmRxt7aomZ8yxnuR2Qk6ju7IwqT";
    assertTrue(hashes.fits(theirs, CIRCLE));
    assertFalse(hashes.fits(theirs, Password.of("Circle of life")));
  }

  @Test
  void what_is_no_hash_is_told_from_a_wrong_password() {
    for (final var wrong : List.of("", "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAA", "Circle")) {
      assertThrows(DamagedException.class, () -> hashes.fits(wrong, CIRCLE));
    }
  }

  /// The example of RFC 7616 section 3.9.1, up to the response that it prints.
  @Test
  void digests_lead_to_the_responses_of_the_rfc() throws Exception {
    assertEquals(
        "8ca523f5e9506fed4657c9700eebdbec", response(Algorithm.MD5), "the RFC's response by MD5");
    assertEquals(
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        response(Algorithm.SHA_256),
        "the RFC's response by SHA-256");
  }

  private static String response(final Algorithm algorithm) throws Exception {
    final var ha1 = PasswordHashes.ha1("Mufasa", "http-auth@example.org", CIRCLE, algorithm);
    final var ha2 = hash(algorithm, "GET:/dir/index.html");
    return hash(
        algorithm,
        ha1
            + ":7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:00000001:"
            + "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ:auth:"
            + ha2);
  }

  private static String hash(final Algorithm algorithm, final String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance(algorithm.token())
                .digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void few_compute_at_once_some_wait_and_one_more_is_refused() throws Exception {
    final var places = new HashingPlaces(2, 3);
    final var now = new AtomicInteger();
    final var most = new AtomicInteger();
    final var begun = new CountDownLatch(2);
    final var goOn = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      final var running = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 5; i++) {
        final int number = i;
        running.add(
            threads.submit(() ->
                places.in(() -> {
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  begun.countDown();
                  awaited(goOn);
                  now.decrementAndGet();
                  return number;
                })));
      }
      begun.await();
      while (places.inside() < 5) {
        Thread.onSpinWait();
      }
      assertThrows(Busy.class, () -> places.in(() -> 0));
      goOn.countDown();
      for (int i = 0; i < 5; i++) {
        assertEquals(i, running.get(i).get());
      }
    }
    assertEquals(2, most.get());
    assertEquals(0, places.inside());
    assertThrows(
        IllegalStateException.class,
        () ->
            places.in(() -> {
              throw new IllegalStateException("a fault");
            }));
    assertEquals(7, places.in(() -> 7), "a fault keeps no place");
    assertEquals(0, places.inside());
  }

  private static void awaited(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
