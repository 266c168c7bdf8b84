package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.InstallationId;
import dev.reveille.model.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A device that may not speak for its user any more loses every channel at once, whether its phone
/// has said hello or not, whatever stood between its request and its place among the channels.
class RevocationTest {
  private static final int SIGNED_OUT = 4320;

  /// How a device loses its user.
  private enum Way {
    SIGN_OUT,
    REMOVAL,
    ERASURE,
    USER_MADE_ANEW
  }

  @AutoClose private final DeviceServer server = new DeviceServer();
  private final UserId anna = server.user("anna");
  private final PhoneRequests.Device phone = PhoneRequests.register(server, server.code(anna));

  private void revoke(final Way way) {
    final var registry = server.store.registry();
    switch (way) {
      case SIGN_OUT -> assertEquals(204, phone.send("POST", "/sign-out", "").status());
      case REMOVAL -> registry.removeInstallation(new InstallationId(phone.installation()), "test");
      case ERASURE -> registry.removeUser(anna, "test");
      case USER_MADE_ANEW -> {
        registry.removeUser(anna, "test");
        server.user("anna");
      }
    }
  }

  /// From now on memory knows nothing of the installation, and no look at it is under way: that of
  /// the server at its open channels would be stopped by a barrier instead of the one that is
  /// meant.
  private void forget() {
    final var id = new InstallationId(phone.installation());
    final int looks = server.registry.looks() + (server.live.all(id).isEmpty() ? 0 : 1);
    assertTrue(server.store.registry().changeInstallation(id, it -> it, "test").isPresent());
    Eventually.holds(() -> server.registry.looks() >= looks, "the change is looked at");
  }

  private void isThere() {
    Eventually.holds(
        () -> !server.live.all(new InstallationId(phone.installation())).isEmpty(), "it is there");
  }

  private void nothingIsTold(final PhoneRequests.Socket socket) {
    assertEquals(SIGNED_OUT, socket.closeCode());
    assertFalse(socket.hasSeen("welcome"), "it was greeted");
    assertFalse(socket.hasSeen("entry"), "it was told");
  }

  @ParameterizedTest
  @EnumSource
  void a_socket_without_a_hello_is_closed(final Way way) {
    final var socket = phone.open();
    isThere();
    revoke(way);
    nothingIsTold(socket);
  }

  @ParameterizedTest
  @EnumSource
  void a_socket_that_is_told_is_closed(final Way way) {
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    revoke(way);
    assertEquals(SIGNED_OUT, socket.closeCode());
  }

  @ParameterizedTest
  @EnumSource(names = "SIGN_OUT", mode = EnumSource.Mode.EXCLUDE) // which closes the channel itself
  void a_frame_that_comes_before_the_channel_is_closed_does_nothing(final Way way)
      throws Exception {
    final var call = SampleEvents.call(Duration.ofSeconds(60), anna);
    server.hand(call);
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    final var barrier = server.registry.stopNext(false);
    revoke(way);
    barrier.awaitReached(); // what closes the channels has not looked yet
    socket.say("{\"frame\":\"answer\",\"id\":\"1\",\"call\":\"" + call.call() + "\"}");
    assertEquals(SIGNED_OUT, socket.closeCode());
    assertTrue(server.routing.calls().isRinging(anna.organisation(), call.call()));
    barrier.letGo();
  }

  @ParameterizedTest
  @EnumSource
  void a_hello_that_comes_with_the_revocation_is_not_answered(final Way way) throws Exception {
    server.hand(SampleEvents.message("secret", anna));
    final var socket = phone.open();
    isThere();
    forget();
    final var barrier = server.registry.stopNext(false);
    socket.say("{\"frame\":\"hello\",\"state\":\"foreground\"}");
    socket.say("{\"frame\":\"resume\"}");
    barrier.awaitReached();
    revoke(way);
    barrier.letGo();
    nothingIsTold(socket);
  }

  @ParameterizedTest
  @EnumSource
  void a_socket_of_a_request_that_was_let_in_before_is_closed(final Way way) throws Exception {
    server.hand(SampleEvents.message("secret", anna));
    forget();
    final var barrier = server.registry.stopNext(true);
    final var opening = CompletableFuture.supplyAsync(() -> phone.open());
    barrier.awaitReached();
    revoke(way);
    barrier.letGo();
    final var socket = opening.orTimeout(10, TimeUnit.SECONDS).join();
    socket.say("{\"frame\":\"hello\",\"state\":\"foreground\"}");
    nothingIsTold(socket);
  }

  @ParameterizedTest
  @EnumSource
  void a_poll_that_waits_is_refused(final Way way) {
    final var poll = phone.sendLater("GET", "/poll?wait=30&state=foreground");
    Eventually.holds(() -> server.live.waitingPolls() == 1, "it waits");
    revoke(way);
    assertEquals(401, poll.orTimeout(10, TimeUnit.SECONDS).join().status());
  }

  @ParameterizedTest
  @EnumSource
  void a_poll_that_was_let_in_before_is_refused(final Way way) throws Exception {
    server.hand(SampleEvents.message("secret", anna));
    forget();
    final var barrier = server.registry.stopNext(true);
    final var poll = phone.sendLater("GET", "/poll?wait=30&state=foreground");
    barrier.awaitReached();
    revoke(way);
    barrier.letGo();
    final var answer = poll.orTimeout(10, TimeUnit.SECONDS).join();
    assertEquals(401, answer.status());
    assertFalse(answer.body().contains("secret"));
  }

  @ParameterizedTest
  @EnumSource
  void an_event_stream_ends(final Way way) throws Exception {
    try (var stream = EventStream.of(phone, "state=foreground")) {
      stream.next("caught-up");
      revoke(way);
      assertEquals("RV-320", stream.next("error").frame().path("code").asText());
      assertNull(stream.block());
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_event_stream_that_was_let_in_before_ends_untold(final Way way) throws Exception {
    server.hand(SampleEvents.message("secret", anna));
    forget();
    final var barrier = server.registry.stopNext(true);
    final var opening =
        CompletableFuture.supplyAsync(() -> {
          try {
            return EventStream.of(phone, "state=foreground");
          } catch (final IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    barrier.awaitReached();
    revoke(way);
    barrier.letGo();
    try (var stream = opening.orTimeout(10, TimeUnit.SECONDS).join()) {
      assertEquals("error", stream.next().kind(), "nothing comes before the end");
      assertNull(stream.block());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_ticket_opens_nothing(final Way way) throws Exception {
    final var ticket = phone.send("POST", "/tickets", "").json().path("ticket").asText();
    revoke(way);
    try (var stream = new EventStream(server.address(), "/live?ticket=" + ticket)) {
      assertEquals(401, stream.status());
    }
  }
}
