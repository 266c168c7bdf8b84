package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.live.LiveSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests and frames that cost their sender little and the server much.
final class DearRequestsTest {
  @TempDir Path directory;

  private DeviceServer server(final int requestsPerSecond) {
    return new DeviceServer(
        directory, DeviceSettings.DEFAULT.withPace(requestsPerSecond, 200), LiveSettings.DEFAULT);
  }

  @Test
  void an_inbox_page_ends_by_bytes_and_goes_on_where_it_ended() {
    try (var server = server(100)) {
      final var anna = server.user("anna");
      final var phone = PhoneRequests.register(server, server.code(anna));
      for (int i = 0; i < 40; i++) {
        server.hand(SampleEvents.large(i, anna));
      }
      final var numbers = new ArrayList<Integer>();
      var after = phone.cursor();
      boolean more = true;
      while (more) {
        final var answer = phone.send("GET", "/inbox?most=500&after=" + after, "");
        assertTrue(answer.body().length() <= 520 * 1024, "a page has too many bytes");
        answer
            .json()
            .path("entries")
            .forEach(entry -> numbers.add(entry.at("/content/data/number").asInt()));
        more = answer.json().path("more").asBoolean();
        after = answer.json().path("upTo").asText();
      }
      assertEquals(IntStream.range(0, 40).boxed().toList(), numbers);
    }
  }

  @Test
  void a_large_page_takes_from_the_rate_as_the_requests_it_is_worth() {
    try (var server = server(1)) {
      final var anna = server.user("anna");
      final var phone = PhoneRequests.register(server, server.code(anna));
      for (int i = 0; i < 15; i++) {
        server.hand(SampleEvents.large(i, anna));
      }
      final var after = "/inbox?most=500&after=" + phone.cursor();
      assertEquals(200, phone.send("GET", after, "").status());
      assertEquals("RV-123", phone.send("GET", after, "").code());
    }
  }

  @Test
  void a_phone_that_asks_to_resume_all_the_time_is_told_once_a_second_and_the_newest_counts() {
    try (var server = server(100)) {
      final var anna = server.user("anna");
      final var phone = PhoneRequests.register(server, server.code(anna));
      server.hand(SampleEvents.message("the only one", anna));
      final var socket = phone.live("foreground");
      final var position = socket.next("caught-up").path("position").asText();
      final long began = System.nanoTime();
      int told = 0;
      for (int i = 0; i < 40; i++) {
        socket.say("{\"frame\":\"resume\",\"cursor\":\"" + position + "\"}");
        socket.say("{\"frame\":\"state\",\"id\":\"s\",\"state\":\"foreground\"}");
        var frame = socket.next();
        while (!frame.path("frame").asText().equals("done")) {
          told += frame.path("frame").asText().equals("welcome") ? 1 : 0;
          frame = socket.next();
        }
      }
      final long seconds = (System.nanoTime() - began) / 1_000_000_000;
      assertTrue(told <= 2 + seconds, told + " times in " + seconds + " s");
      socket.say("{\"frame\":\"resume\",\"cursor\":\"" + phone.cursor() + "\"}");
      assertEquals("the only one", socket.next("entry").path("content").path("text").asText());
      socket.close();
    }
  }

  @Test
  void a_device_that_registers_has_16_kib_and_a_wrong_token_hears_401() {
    try (var server = server(100)) {
      final var large = "{\"app\":\"" + "x".repeat(17_000) + "\"}";
      final var registering = PhoneRequests.send(server.address(), "POST", "/installations", large);
      assertEquals(413, registering.status());
      for (final var token : new String[] {"wrong", "rd_" + "x".repeat(43)}) {
        final var answer =
            PhoneRequests.send(
                server.address(),
                "POST",
                "/receipts",
                "{\"receipts\":\"" + "x".repeat(80_000) + "\"}",
                "Authorization",
                "Bearer " + token);
        assertEquals(401, answer.status(), answer.body());
      }
    }
  }

  @Test
  void wrong_tokens_from_an_address_do_not_lock_valid_ones_behind_it_out() {
    try (var server =
        new DeviceServer(
            directory,
            DeviceSettings.DEFAULT.withRegistrationsPerMinute(5),
            LiveSettings.DEFAULT)) {
      final var anna = server.user("anna");
      final var phone = PhoneRequests.register(server, server.code(anna));
      for (int i = 0; i < 15; i++) {
        final var _ =
            PhoneRequests.send(
                server.address(),
                "POST",
                "/tickets",
                "",
                "Authorization",
                "Bearer rd_" + "x".repeat(43));
      }
      assertEquals(
          429,
          PhoneRequests.send(
                  server.address(), "POST", "/tickets", "", "Authorization", "Bearer rd_wrong")
              .status());
      assertEquals(201, phone.send("POST", "/tickets", "").status());
    }
  }
}
