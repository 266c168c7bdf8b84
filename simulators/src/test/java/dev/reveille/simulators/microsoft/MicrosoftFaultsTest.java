package dev.reveille.simulators.microsoft;

import static dev.reveille.simulators.microsoft.MicrosoftCaller.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.TrustingClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong at Microsoft on request.
final class MicrosoftFaultsTest {
  private static final MicrosoftSimulator microsoft =
      MicrosoftSimulator.start(MicrosoftOptions.DEFAULT);
  private static final MicrosoftIdentity identity = microsoft.makeStoreIdentity();
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static MicrosoftCaller caller;

  @BeforeAll
  static void connect() throws Exception {
    caller = new MicrosoftCaller(microsoft);
    caller.signIn(identity);
  }

  @AfterAll
  static void stop() {
    caller.close();
    microsoft.close();
  }

  @AfterEach
  void putBack() {
    microsoft.clearFaults();
  }

  private static String channel() {
    return microsoft.newChannel(identity.clientId());
  }

  private static HttpResponse<String> toast(final String token) throws Exception {
    return caller.wns(microsoft.uri(token), "toast", MicrosoftCaller.TOAST, Map.of());
  }

  @ParameterizedTest
  @EnumSource(WnsReason.class)
  void each_answer_of_wns_can_be_ordered(final WnsReason reason) throws Exception {
    final String token = channel();
    microsoft.fault(Fault.answer(reason).to(token).withRetryAfter(7));
    final var answer = toast(token);
    assertEquals(reason.status(), answer.statusCode());
    assertEquals(reason.notification(), header(answer, "X-WNS-NotificationStatus"));
    assertEquals(reason.words(), header(answer, "X-WNS-Error-Description"));
    assertEquals(reason.name(), microsoft.pushes(token).getFirst().reason());
    assertEquals(200, toast(token).statusCode());
  }

  @ParameterizedTest
  @EnumSource(MpnsReason.class)
  void each_answer_of_mpns_can_be_ordered(final MpnsReason reason) throws Exception {
    final String token = microsoft.newPhoneChannel("");
    microsoft.fault(Fault.answer(reason).to(token));
    final var answer =
        caller.mpns(microsoft.uri(token), "toast", MicrosoftCaller.PHONE_TOAST, Map.of());
    assertEquals(reason.status(), answer.statusCode());
    assertEquals(reason.notification(), header(answer, "X-NotificationStatus"));
    assertEquals(reason.subscription(), header(answer, "X-SubscriptionStatus"));
  }

  @Test
  void an_answer_that_is_in_no_table_and_its_wait() throws Exception {
    final String token = channel();
    microsoft.fault(Fault.answer(503, "Busy").withRetryAfter(11));
    final var answer = toast(token);
    assertEquals(503, answer.statusCode());
    assertEquals("11", header(answer, "Retry-After"));
    assertEquals("Busy", header(answer, "X-WNS-Error-Description"));
  }

  @Test
  void a_refusal_may_be_a_delivery_all_the_same() throws Exception {
    final String token = channel();
    final var heard = new LinkedBlockingQueue<String>();
    try (var _ = microsoft.connectDevice(token, push -> heard.add(push.text()))) {
      microsoft.fault(Fault.answer(WnsReason.INTERNAL).butDelivered());
      assertEquals(500, toast(token).statusCode());
      assertEquals(MicrosoftCaller.TOAST, heard.poll(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void a_cut_loses_the_answer_and_may_lose_no_push() throws Exception {
    final String token = channel();
    microsoft.fault(Fault.of(Fault.Action.CUT).butDelivered());
    assertThrows(IOException.class, () -> toast(token));
    assertEquals(0, microsoft.pushes(token).getFirst().status());
    assertEquals("CUT", microsoft.pushes(token).getFirst().reason());
    microsoft.fault(Fault.of(Fault.Action.RESET));
    assertThrows(IOException.class, () -> toast(token));
    final var heard = new LinkedBlockingQueue<String>();
    microsoft.connectDevice(token, push -> heard.add(push.text())).close();
    assertEquals(1, heard.size());
  }

  @Test
  void a_stalled_request_is_never_answered() throws Exception {
    final String token = channel();
    microsoft.fault(Fault.of(Fault.Action.STALL).to(token));
    final var answer = caller.later(microsoft.uri(token));
    assertEquals("STALL", awaited(token).reason());
    assertEquals(200, toast(channel()).statusCode());
    assertFalse(answer.isDone());
    answer.cancel(true);
  }

  private static ArrivedNotification awaited(final String token) throws InterruptedException {
    return microsoft.awaitPushes(token, 1, Duration.ofSeconds(10)).getFirst();
  }

  @Test
  void an_answer_may_come_late() throws Exception {
    microsoft.fault(Fault.delay(Duration.ofMillis(150)));
    final long before = System.nanoTime();
    assertEquals(200, toast(channel()).statusCode());
    final long millis = (System.nanoTime() - before) / 1_000_000;
    assertTrue(millis >= 150, "after " + millis + " ms");
  }

  @Test
  void an_answer_may_drip_and_the_connection_is_as_before_after_it() throws Exception {
    final var tls = TrustingClient.tls(microsoft.authorityPem(), Optional.empty());
    try (var socket = tls.getSocketFactory().createSocket("127.0.0.1", microsoft.port())) {
      microsoft.fault(Fault.drip(Duration.ofMillis(1)));
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(REQUEST);
      final int pieces = answer(socket.getInputStream());
      assertTrue(pieces > 100, "came in " + pieces + " pieces");
      socket.getOutputStream().write(REQUEST);
      assertTrue(answer(socket.getInputStream()) < 10, "still slow");
    }
  }

  @Test
  void requests_that_come_at_once_are_answered_in_their_order() throws Exception {
    final var tls = TrustingClient.tls(microsoft.authorityPem(), Optional.empty());
    try (var socket = tls.getSocketFactory().createSocket("127.0.0.1", microsoft.port())) {
      microsoft.fault(Fault.delay(Duration.ofMillis(100)));
      socket.setSoTimeout(10_000);
      final var both = "GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n";
      socket.getOutputStream().write(both.getBytes(StandardCharsets.US_ASCII));
      final var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      final var statuses = new ArrayList<String>();
      while (statuses.size() < 2) {
        final var line = lines.readLine();
        if (line.startsWith("HTTP/1.1 ")) {
          statuses.add(line.substring(9, 12));
        }
      }
      assertEquals(List.of("405", "401"), statuses);
    }
  }

  /// Reads one answer without a body; in how many pieces it came.
  private static int answer(final InputStream in) throws IOException {
    final var all = new StringBuilder();
    final var piece = new byte[4_096];
    int pieces = 0;
    while (!all.toString().endsWith("\r\n\r\n")) {
      final int count = in.read(piece);
      assertTrue(count > 0, all::toString);
      all.append(new String(piece, 0, count, StandardCharsets.US_ASCII));
      pieces++;
    }
    assertTrue(all.toString().startsWith("HTTP/1.1 405"), all::toString);
    return pieces;
  }

  @Test
  void a_service_that_is_down_comes_back_with_its_channels() throws Exception {
    final String token = channel();
    microsoft.goDown();
    assertThrows(IOException.class, () -> toast(token));
    microsoft.comeBack();
    assertEquals(200, toast(token).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"leave", "cut"})
  void connections_end_from_the_control_port(final String how) throws Exception {
    final var tls = TrustingClient.tls(microsoft.authorityPem(), Optional.empty());
    try (var socket = tls.getSocketFactory().createSocket("127.0.0.1", microsoft.port());
        var other = new MicrosoftCaller(microsoft)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(REQUEST);
      answer(socket.getInputStream());
      assertTrue(microsoft.openConnections() > 0);
      other.control("POST", "/connections", "{\"do\":\"" + how + "\"}");
      if (how.equals("leave")) {
        assertEquals(-1, socket.getInputStream().read());
      } else {
        assertThrows(IOException.class, () -> socket.getInputStream().read());
      }
    }
  }

  @Test
  void faults_come_from_the_control_port_too() throws Exception {
    caller.control("POST", "/faults", "{\"status\":410,\"reason\":\"GONE\"}");
    assertEquals(410, toast(channel()).statusCode());
    caller.control("POST", "/faults", "{\"action\":\"drip\",\"pause-ms\":1}");
    assertEquals(1, caller.control("GET", "/faults", "").path(0).path("pause-ms").asInt());
    assertEquals(200, toast(channel()).statusCode());
  }
}
