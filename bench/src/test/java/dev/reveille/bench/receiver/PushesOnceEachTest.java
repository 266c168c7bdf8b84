package dev.reveille.bench.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.bench.server.WebPushMessages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each fault of a turn is named, and nothing else.
final class PushesOnceEachTest {
  private static final int EVENTS = 12;
  private static final int DEVICES = 3;
  private static final String TITLE = "Morning";

  @TempDir private Path folder;

  private static String text(final int event) {
    return "run-%012d hello".formatted(event);
  }

  private static int device(final int event) {
    return event % DEVICES;
  }

  // ---- FCM ----

  private static RawPushes.Raw message(final int device, final String title, final String text) {
    final var envelope =
        "{\\\"id\\\":\\\"x\\\",\\\"show\\\":{\\\"title\\\":\\\"%s\\\",\\\"body\\\":\\\"%s\\\"}}"
            .formatted(title, text);
    return new RawPushes.Raw(
        "/v1/projects/bench/messages:send",
        "{\"message\":{\"token\":\"t%d\",\"data\":{\"reveille\":\"%s\"}}}"
            .formatted(device, envelope)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static List<RawPushes.Raw> messages() {
    final var all = new ArrayList<RawPushes.Raw>();
    for (int event = 0; event < EVENTS; event++) {
      all.add(message(device(event), TITLE, text(event)));
    }
    return all;
  }

  private Path written(final List<RawPushes.Raw> pushes) throws Exception {
    final var file = folder.resolve("pushes");
    try (var out = new RawPushes.Writer(file)) {
      for (final var push : pushes) {
        out.write(push.path(), push.body());
      }
    }
    return file;
  }

  private PushesOnceEach judged(final List<RawPushes.Raw> pushes) throws Exception {
    return PushesOnceEach.of(
        new PushesOnceEach.HandedIn(
            "run", EVENTS, event -> "t" + device(event), TITLE, PushesOnceEachTest::text),
        written(pushes),
        PushOpener.FCM);
  }

  private static void isFault(final PushesOnceEach verdict, final String words) {
    assertEquals(1, verdict.faults(), verdict::toString);
    assertTrue(verdict.toString().contains(words), verdict::toString);
  }

  @Test
  void a_turn_of_which_each_push_came_once_has_no_fault() throws Exception {
    final var verdict = judged(messages());
    assertEquals(0, verdict.faults(), verdict::toString);
    assertEquals(EVENTS, verdict.came());
    assertEquals(EVENTS, verdict.opened());
  }

  @Test
  void a_push_that_did_not_come_is_named() throws Exception {
    final var pushes = messages();
    pushes.remove(5);
    isFault(judged(pushes), "event 5 came 0 times");
  }

  @Test
  void a_push_that_came_twice_is_named() throws Exception {
    final var pushes = messages();
    pushes.add(pushes.get(7));
    isFault(judged(pushes), "event 7 came 2 times");
  }

  @Test
  void a_missing_push_and_a_double_are_two_faults_although_the_number_is_right() throws Exception {
    final var pushes = messages();
    pushes.set(5, pushes.get(7));
    assertEquals(2, judged(pushes).faults());
  }

  @Test
  void other_words_are_named() throws Exception {
    final var pushes = messages();
    pushes.set(3, message(device(3), TITLE, text(3).replace("hello", "hullo")));
    isFault(judged(pushes), "event 3 says other words");
    pushes.set(3, message(device(3), "Evening", text(3)));
    isFault(judged(pushes), "event 3 says other words");
  }

  @Test
  void a_push_at_another_device_is_named() throws Exception {
    final var pushes = messages();
    pushes.set(3, message(device(4), TITLE, text(3)));
    isFault(judged(pushes), "event 3 came at another device");
  }

  @Test
  void what_was_not_handed_in_is_named() throws Exception {
    final var pushes = messages();
    pushes.add(message(0, TITLE, text(EVENTS)));
    isFault(judged(pushes), "what was not handed in: " + text(EVENTS));
    pushes.set(EVENTS, message(0, TITLE, text(0).replace("run-", "ran-")));
    isFault(judged(pushes), "what was not handed in: ran-");
  }

  @Test
  void what_cannot_be_read_is_named_and_its_event_is_missing() throws Exception {
    final var pushes = messages();
    pushes.set(2, new RawPushes.Raw("/v1", new byte[] {'{'}));
    final var verdict = judged(pushes);
    assertEquals(2, verdict.faults(), verdict::toString);
    assertTrue(verdict.toString().contains("a push at /v1 cannot be read"), verdict::toString);
    assertTrue(verdict.toString().contains("event 2 came 0 times"), verdict::toString);
  }

  // ---- WNS ----

  @Test
  void a_toast_is_read_with_its_words() throws Exception {
    final var toast =
        "<toast launch=\"{}\"><visual><binding template=\"ToastGeneric\"><text>%s</text>"
            + "<text>%s</text></binding></visual></toast>";
    final var push =
        new RawPushes.Raw(
            "/w/a", toast.formatted(TITLE, "a &lt; b").getBytes(StandardCharsets.UTF_8));
    assertEquals(new PushOpener.Opened("/w/a", TITLE, "a < b"), PushOpener.WNS.open(push));
  }

  // ---- Web Push ----

  private final Map<String, BrowserKeys> browsers = new HashMap<>();

  private RawPushes.Raw encrypted(final int device, final String text) throws Exception {
    final var path = "/b/" + device;
    final var keys = browsers.computeIfAbsent(path, _ -> new BrowserKeys());
    final var plain =
        "{\"show\":{\"title\":\"%s\",\"body\":\"%s\"}}"
            .formatted(TITLE, text)
            .getBytes(StandardCharsets.UTF_8);
    return new RawPushes.Raw(
        path,
        WebPushMessages.of(
                List.of("https://127.0.0.1" + path + " " + keys.p256dh() + " " + keys.auth()),
                plain)
            .apply(0)
            .body());
  }

  private List<RawPushes.Raw> encrypted() throws Exception {
    final var all = new ArrayList<RawPushes.Raw>();
    for (int event = 0; event < EVENTS; event++) {
      all.add(encrypted(device(event), text(event)));
    }
    return all;
  }

  private PushesOnceEach sampled(final List<RawPushes.Raw> pushes, final int sample)
      throws Exception {
    return PushesOnceEach.of(
        new PushesOnceEach.HandedIn(
            "run", EVENTS, event -> "/b/" + device(event), TITLE, PushesOnceEachTest::text),
        written(pushes),
        PushOpener.webPush(browsers),
        sample,
        new Random(1));
  }

  @Test
  void of_what_is_encrypted_a_sample_is_read() throws Exception {
    final var verdict = sampled(encrypted(), 4);
    assertEquals(0, verdict.faults(), verdict::toString);
    assertEquals(4, verdict.opened());
  }

  @Test
  void an_encrypted_push_that_did_not_come_is_missed_by_its_device() throws Exception {
    final var pushes = encrypted();
    pushes.remove(5);
    isFault(sampled(pushes, 4), "/b/2 got 1 too few");
  }

  @Test
  void an_encrypted_push_that_came_twice_is_seen_by_its_body() throws Exception {
    final var pushes = encrypted();
    pushes.add(pushes.get(7));
    final var verdict = sampled(pushes, 4);
    assertEquals(2, verdict.faults(), verdict::toString);
    assertTrue(verdict.toString().contains("a body came twice at /b/1"), verdict::toString);
    assertTrue(verdict.toString().contains("/b/1 got 1 too many"), verdict::toString);
  }

  @Test
  void an_encrypted_push_that_was_encrypted_twice_is_seen_by_its_device() throws Exception {
    final var pushes = encrypted();
    pushes.add(encrypted(device(7), text(7)));
    isFault(sampled(pushes, 4), "/b/1 got 1 too many");
  }

  @Test
  void other_words_of_a_push_that_is_read_are_named() throws Exception {
    final var pushes = encrypted();
    for (int event = 0; event < EVENTS; event++) {
      pushes.set(event, encrypted(device(event), text(event) + "."));
    }
    assertEquals(4, sampled(pushes, 4).faults());
  }

  @Test
  void a_garbled_body_cannot_be_decrypted() throws Exception {
    final var pushes = encrypted();
    for (final var push : pushes) {
      push.body()[push.body().length - 1] ^= 1;
    }
    final var verdict = sampled(pushes, 4);
    assertEquals(4, verdict.faults(), verdict::toString);
    assertTrue(verdict.toString().contains("its browser cannot decrypt it"), verdict::toString);
  }
}
