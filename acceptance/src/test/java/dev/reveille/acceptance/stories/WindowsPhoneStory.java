package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Windows Phones of the Lync texts, with what stands in for Microsoft's ended service: a server
/// that takes every push and keeps it as it came.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WindowsPhoneStory {
  private record Arrived(String channel, String target, String batch, String body) {}

  private final List<Arrived> arrived = new CopyOnWriteArrayList<>();
  private HttpServer microsoft;
  private Theatre theatre;

  @BeforeAll
  void raise() throws Exception {
    microsoft = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    microsoft.createContext("/", this::take);
    microsoft.start();
    theatre = new Theatre("push: {allowed-hosts: [\"http://127.0.0.1\"]}\n");
    theatre.call("PUT", "/v1/apps/" + Theatre.APP + "/credentials/mpns", Map.of());
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
    microsoft.stop(0);
  }

  private void take(final HttpExchange exchange) throws IOException {
    final var headers = exchange.getRequestHeaders();
    arrived.add(
        new Arrived(
            exchange.getRequestURI().getPath(),
            headers.getFirst("X-WindowsPhone-Target"),
            headers.getFirst("X-NotificationClass"),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    exchange.getResponseHeaders().add("X-NotificationStatus", "Received");
    exchange.getResponseHeaders().add("X-DeviceConnectionStatus", "TempDisconnected");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void switchMicrosoft(final boolean on) throws Exception {
    theatre.call(
        "PUT", "/v1/settings/push-notification/global", Map.of("values", Map.of("microsoft", on)));
  }

  private String phone(final String user, final String generation) throws Exception {
    final var channel = "/throttledthirdparty/01.00/" + user;
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    theatre.device(
        user,
        Theatre.APP,
        Map.of("platform", "windows-phone", "generation", generation),
        Map.of(
            "service",
            "mpns",
            "channel",
            "single",
            "token",
            "http://127.0.0.1:" + microsoft.getAddress().getPort() + channel));
    return channel;
  }

  private Arrived at(final String channel) throws Exception {
    return AcrossProcesses.get(
        "a push at " + channel,
        () ->
            arrived.stream().filter(one -> one.channel().equals(channel)).findFirst().orElse(null));
  }

  // L1-06, L1-07: a Windows Phone needs push with either client, and gets it through Microsoft.
  @ParameterizedTest
  @ValueSource(strings = {"lync-2010", "lync-2013"})
  void a_windows_phone_is_pushed_to_through_microsoft(final String generation) throws Exception {
    switchMicrosoft(true);
    final var channel = phone("phone-" + generation, generation);
    final var event = theatre.message("phone-" + generation, "hello");
    final var push = at(channel);
    assertEquals("toast", push.target());
    assertEquals("2", push.batch());
    assertTrue(
        push.body().contains("<wp:Text1>Bob</wp:Text1><wp:Text2>hello</wp:Text2>"), push.body());
    assertTrue(push.body().contains(event), push.body());
    final var told =
        AcrossProcesses.get(
            "the trail", () -> theatre.devices(event).stream().findFirst().orElse(null));
    assertEquals("push", told.get("decision").asText());
    AcrossProcesses.get(
        "what Microsoft said of the phone",
        () -> theatre.devices(event).toString().contains("TempDisconnected") ? true : null);
  }

  // L1-06: a call rings there, too.
  @Test
  void a_call_rings_on_a_windows_phone() throws Exception {
    switchMicrosoft(true);
    final var channel = phone("caller-2013", "lync-2013");
    final var call = theatre.ring("caller-2013", "call", false);
    final var push = at(channel);
    assertTrue(push.body().contains(call), push.body());
    assertTrue(push.body().contains("Incoming call"), push.body());
  }

  // L0-07, L0-09: iPhones and Windows Phones register, and each is reached through its own service.
  @Test
  void a_message_reaches_an_iphone_through_apple_and_a_windows_phone_through_microsoft()
      throws Exception {
    theatre.call(
        "PUT",
        "/v1/settings/push-notification/global",
        Map.of("values", Map.of("microsoft", true, "apple", true)));
    theatre.phone("two-phones", kind -> kind);
    final var channel = phone("two-phones", "lync-2013");
    final var event = theatre.message("two-phones", "hello to both of them");
    assertTrue(at(channel).body().contains(event));
    assertTrue(theatre.pushOf(event).payload().contains("hello to both of them"));
  }

  // L1-16: nothing goes to Microsoft until its switch is on.
  @Test
  void the_switch_holds_pushes_to_microsoft_back() throws Exception {
    switchMicrosoft(false);
    final var channel = phone("silent-2010", "lync-2010");
    final var event = theatre.message("silent-2010", "hello");
    final var told =
        AcrossProcesses.get(
            "the trail", () -> theatre.devices(event).stream().findFirst().orElse(null));
    assertEquals("RV-311", told.at("/why/code").asText());
    assertEquals(List.of(), arrived.stream().filter(one -> one.channel().equals(channel)).toList());
  }
}
