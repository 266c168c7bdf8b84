package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.live.LiveSettings;
import dev.reveille.model.UserId;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a phone may say wrong on its channel, and a phone that does not read.
class BadFramesTest {
  @AutoClose
  private final DeviceServer server =
      new DeviceServer(
          DeviceSettings.DEFAULT,
          LiveSettings.DEFAULT.withTimes(Duration.ofSeconds(1), Duration.ofSeconds(1)));

  private final UserId anna = server.user("anna");
  private final PhoneRequests.Device phone = PhoneRequests.register(server, server.code(anna));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"frame\":\"state\",\"state\":\"asleep\"}|RV-101",
        "{\"frame\":\"state\"}|RV-101",
        "{\"frame\":\"hop\"}|RV-102",
        "{\"frame\":\"state\",\"state\":\"locked\",\"stat\":1}|RV-102",
        "{\"frame\":\"hello\",\"state\":\"locked\"}|RV-101",
        "{\"frame\":\"ack\"}|RV-101",
        "{\"frame\":\"ack\",\"upTo\":\"zz-1\"}|RV-101",
        "{\"frame\":\"ack\",\"events\":[\"zz-1\"]}|RV-109",
        "{\"frame\":\"mark\",\"mark\":\"eaten\",\"events\":[]}|RV-101",
        "{\"frame\":\"answer\",\"call\":\"x\"}|RV-101",
        "{\"frame\":\"answer\",\"call\":\"00000000-0000-0000-0000-000000000001\"}|RV-702",
        "{\"frame\":\"read\",\"conversation\":\"\",\"upTo\":\"zz-1\"}|RV-101",
        "{\"frame\":\"resume\",\"cursor\":7}|RV-101",
      })
  void a_wrong_frame_is_answered_and_the_channel_stays_open(final String frame, final String code) {
    final var socket = phone.live("foreground");
    socket.next("caught-up");

    socket.say(frame);

    assertEquals(code, socket.next("error").path("code").asText());
    socket.say("{\"frame\":\"state\",\"state\":\"locked\",\"id\":\"still here\"}");
    assertEquals("still here", socket.next("done").path("id").asText());
  }

  @Test
  void another_users_entry_cannot_be_marked() {
    final long others = server.hand(SampleEvents.message("others", server.user("ben")));
    final var socket = phone.live("foreground");

    socket.say("{\"frame\":\"mark\",\"mark\":\"read\",\"events\":[\"" + server.id(others) + "\"]}");
    assertEquals("RV-109", socket.next("error").path("code").asText());
    socket.say("{\"frame\":\"ack\",\"events\":[\"" + server.id(others) + "\"]}");
    assertEquals("RV-109", socket.next("error").path("code").asText());
  }

  @Test
  void what_is_no_json_closes_the_channel() {
    final var socket = phone.live("foreground");
    socket.say("hello there");
    assertEquals("RV-101", socket.next("error").path("code").asText());
    assertEquals(4101, socket.closeCode());
  }

  @Test
  void a_field_that_is_there_twice_is_named() {
    final var socket = phone.live("foreground");
    socket.say("{\"frame\":\"state\",\"state\":\"locked\",\"state\":\"foreground\"}");
    final var error = socket.next("error");
    assertEquals("RV-101", error.path("code").asText());
    assertEquals("state: is there twice", error.path("detail").asText());
    assertEquals(4101, socket.closeCode());
  }

  @Test
  void a_frame_before_the_hello_closes_the_channel() {
    final var socket = phone.open();
    socket.say("{\"frame\":\"state\",\"state\":\"foreground\"}");
    assertEquals(4606, socket.closeCode());
  }

  @Test
  void a_hello_that_does_not_come_closes_the_channel() {
    assertEquals(4606, phone.open().closeCode());
  }

  @Test
  void a_phone_that_answers_no_ping_is_given_up() {
    final var socket = phone.live("foreground");
    socket.next("ping");
    assertEquals(4608, socket.closeCode());
  }

  @Test
  void a_flood_of_frames_closes_the_channel() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    try {
      for (int i = 0; i < 400; i++) {
        socket.say("{\"frame\":\"pong\"}");
      }
    } catch (java.util.concurrent.CompletionException closed) {
      // it was closed while we still talked
    }
    assertEquals(4123, socket.closeCode());
  }

  @Test
  void a_flood_of_pings_closes_the_channel_like_one_of_frames() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    try {
      for (int i = 0; i < 400; i++) {
        socket.raw().sendPing(ByteBuffer.allocate(0)).orTimeout(10, TimeUnit.SECONDS).join();
      }
    } catch (java.util.concurrent.CompletionException closed) {
      // it was closed while we still pinged
    }
    assertEquals(4123, socket.closeCode());
  }

  @Test
  void a_message_over_the_limit_closes_the_channel() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    final WebSocket raw = socket.raw();
    final var _ = raw.sendText("x".repeat(100_000), true);
    assertEquals(1009, socket.closeCode());
  }
}
