package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The files that may wait on a thread: sleep, park for a time, spin, or look again and again until
/// a moment.
///
/// The product waits for rows with a moment, and a fast test for an answer or for what its module's
/// one waiting class is asked to wait for. `bench` paces its load, `acceptance` waits for programs,
/// and the command line's main code for its one user; these three are not looked at.
class WaitingTest {
  private static final Pattern WAIT =
      Pattern.compile(
          "\\bThread\\.(?:sleep|yield|onSpinWait)\\b"
              + "|\\b(?:(?:NANO|MICRO|MILLI)?SECONDS|MINUTES|HOURS|DAYS|[uU]nit)\\.sleep\\("
              + "|\\bpark(?:Nanos|Until)\\("
              + "|import static java\\.lang\\.Thread\\."
              + "|\\b[Aa]waitility\\b");

  /// The clock held against a moment: in a test it is the end of a loop that looks again and again,
  /// in the product only where a loop stands on the same line.
  private static final Pattern DEADLINE =
      Pattern.compile(
          "\\b(?:nanoTime|currentTimeMillis)\\(\\) *(?:-[^;=]*)?[<>]"
              + "|[<>]=? *System\\.(?:nanoTime|currentTimeMillis)\\(\\)"
              + "|Instant\\.now\\(\\)\\.is(?:Before|After)\\("
              + "|\\.is(?:Before|After)\\(Instant\\.now\\(\\)\\)");

  private static final Pattern LOOP = Pattern.compile("\\b(?:while|for) \\(");

  /// How often the file waits, and why it may.
  private record Allowed(int times, String why) {}

  private static final Map<String, Allowed> ALLOWED =
      Map.ofEntries(
          // the product
          Map.entry(
              "http/src/main/java/dev/reveille/http/server/HttpListener.java",
              new Allowed(
                  2, "the thread that shuts down looks whether the connections have ended")),
          Map.entry(
              "server/src/main/java/dev/reveille/server/CredentialExpiryMonitor.java",
              new Allowed(1, "one virtual thread looks once a minute how much time is left")),
          Map.entry(
              "server/src/main/java/dev/reveille/server/TestSchedules.java",
              new Allowed(1, "one virtual thread looks twice a minute which test is due")),
          Map.entry(
              "server/src/main/java/dev/reveille/server/CertificateReloader.java",
              new Allowed(1, "one virtual thread looks at the certificate files now and then")),
          Map.entry(
              "routing/src/main/java/dev/reveille/routing/Mailbox.java",
              new Allowed(1, "the dispatcher's own thread, woken by what arrives")),
          Map.entry(
              "protocols/src/main/java/dev/reveille/protocols/rest/EventSubmissions.java",
              new Allowed(1, "between the look-ups of a batch others get the processor")),
          Map.entry(
              "protocols/src/main/java/dev/reveille/protocols/clearinghouse/PushReports.java",
              new Allowed(2, "before a partner that did not answer, and after a fault, again")),
          Map.entry(
              "protocols/src/main/java/dev/reveille/protocols/clearinghouse/ReportLedger.java",
              new Allowed(1, "what is to be reported is written twice a second")),
          Map.entry(
              "protocols/src/main/java/dev/reveille/protocols/federation/FederationTls.java",
              new Allowed(1, "between two looks at the files")),
          Map.entry(
              "storage/src/test/java/dev/reveille/storage/password/PasswordHashesTest.java",
              new Allowed(1, "until: for what another thread is about to do")),
          // the one place of a module's tests that waits for another thread
          Map.entry(
              "http/src/test/java/dev/reveille/http/client/Http1PoolTest.java",
              new Allowed(
                  2, "a peer that sends a byte every 20 milliseconds; a connection that rests")),
          Map.entry(
              "http/src/test/java/dev/reveille/http/server/Listening.java",
              new Allowed(2, "until: for what another thread is about to do")),
          Map.entry(
              "protocols/src/test/java/dev/reveille/protocols/device/Eventually.java",
              new Allowed(2, "for what another thread brings about")),
          Map.entry(
              "http/src/test/java/dev/reveille/http/client/Until.java",
              new Allowed(2, "for what another thread brings about")),
          Map.entry(
              "sip/src/test/java/dev/reveille/sip/jain/Until.java",
              new Allowed(2, "for what another thread brings about")),
          Map.entry(
              "simulators/src/main/java/dev/reveille/simulators/phone/ReadingDelay.java",
              new Allowed(1, "its own thread writes a line each 50 ms")),
          Map.entry(
              "simulators/src/test/java/dev/reveille/simulators/phone/ReadingDelayTest.java",
              new Allowed(3, "keeps processors busy for a time, and waits for what is read then")),
          Map.entry(
              "simulators/src/test/java/dev/reveille/simulators/apple/ApplePhonesTest.java",
              new Allowed(2, "the simulator sees the end of a connection on its own thread")),
          Map.entry(
              "http/src/test/java/dev/reveille/http/server/ConnectionLimitTest.java",
              new Allowed(2, "two threads race, one enters the moment the other has left")),
          // tests about time on the wire
          Map.entry(
              "http/src/test/java/dev/reveille/http/server/TlsTest.java",
              new Allowed(1, "the second connection has to come a millisecond after the session")),
          Map.entry(
              "http/src/test/java/dev/reveille/http/websocket/WebSocketTest.java",
              new Allowed(1, "gives the loop a moment to write before the peer is to blame")),
          Map.entry(
              "protocols/src/test/java/dev/reveille/protocols/device/EventStream.java",
              new Allowed(1, "a stream that only shows signs of life fails after twenty seconds")),
          Map.entry(
              "protocols/src/test/java/dev/reveille/protocols/notificationhubs/HubSendsTest.java",
              new Allowed(1, "the moment of a scheduled notification passes before its repeat")),
          // programs beside the tests, started by hand or killed by a test
          Map.entry(
              "http/src/test/java/dev/reveille/http/server/DispatchLoad.java",
              new Allowed(1, "a measurement: the handler's work")),
          Map.entry(
              "http/src/test/java/dev/reveille/http/server/HeldHeap.java",
              new Allowed(5, "a measurement: lets heap and clients settle")),
          Map.entry(
              "http/src/test/java/dev/reveille/http/websocket/WebSocketCost.java",
              new Allowed(3, "a measurement: lets heap and clients settle")),
          Map.entry(
              "storage/src/test/java/dev/reveille/storage/measure/StoreMeasurement.java",
              new Allowed(1, "a measurement: lets the projector finish")),
          Map.entry(
              "storage/src/test/java/dev/reveille/storage/measure/OpenBreakersMeasurement.java",
              new Allowed(1, "a measurement: lets the projector finish")),
          Map.entry(
              "storage/src/test/java/dev/reveille/storage/measure/WaitingMeasurement.java",
              new Allowed(1, "a measurement: lets the projector finish")),
          Map.entry(
              "storage/src/test/java/dev/reveille/storage/sqlite/Victim.java",
              new Allowed(
                  1, "the process that a test kills ends by itself if the test does not end it")));

  private final SourceTree tree = SourceTree.ofThisBuild();

  private static int waits(final String text, final boolean isTest) {
    return (int) text.lines().filter(line -> waitsIn(line, isTest)).count();
  }

  private static boolean waitsIn(final String line, final boolean isTest) {
    return WAIT.matcher(line).find()
        || DEADLINE.matcher(line).find() && (isTest || LOOP.matcher(line).find());
  }

  @Test
  void a_thread_waits_only_where_the_list_says_why() {
    final var waiting = new TreeMap<String, Integer>();
    for (final var file : tree.files(".java")) {
      final var name = tree.name(file);
      if (!name.matches("(bench|acceptance|cli/src/main)/.*")) {
        final var times = waits(SourceTree.read(file), name.contains("/src/test/"));
        if (times > 0) {
          waiting.put(name, times);
        }
      }
    }
    final var allowed = new TreeMap<String, Integer>();
    ALLOWED.forEach((name, how) -> allowed.put(name, how.times()));

    assertEquals(allowed, waiting);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Thread.sleep(20);",
        "Thread.sleep(Duration.ofMillis(20));",
        "TimeUnit.MILLISECONDS.sleep(20);",
        "SECONDS.sleep(1);",
        "MINUTES.sleep(1);",
        "unit.sleep(3);",
        "LockSupport.parkNanos(1_000);",
        "LockSupport.parkNanos(this, 1_000);",
        "parkUntil(moment);",
        "Thread.onSpinWait();",
        "Thread.yield();",
        "import static java.lang.Thread.sleep;",
        "import org.awaitility.Awaitility;",
        "while (!done && System.nanoTime() < until) {}",
        "if (System.nanoTime() - until > 0) {",
        "while (until > System.nanoTime()) {",
        "for (int i = 0; System.currentTimeMillis() < end; i++) {",
        "while (Instant.now().isBefore(until)) {",
        "if (Instant.now().isAfter(until)) {",
        "while (until.isAfter(Instant.now())) {"
      })
  void each_way_to_wait_is_known(final String line) {
    assertEquals(1, waits(line, true), line);
  }

  @Test
  void the_product_may_look_at_the_clock_but_not_in_a_loop() {
    assertEquals(0, waits("return now - at > 0 || System.nanoTime() - at > LONGEST;", false));
    assertEquals(1, waits("while (System.nanoTime() - at < LONGEST) {}", false));
    assertEquals(1, waits("if (busy) Thread.onSpinWait();", false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "final long began = System.nanoTime();",
        "final double seconds = (System.nanoTime() - began) / 1e9;",
        "witness.sleep(phone, state);",
        "loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);",
        "future.get(5, TimeUnit.SECONDS);",
        "openNotBefore = System.nanoTime() + delay;"
      })
  void what_takes_a_time_or_waits_for_an_answer_is_none(final String line) {
    assertEquals(0, waits(line, true), line);
  }
}
