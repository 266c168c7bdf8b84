package dev.reveille.protocols.device;

import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.websocket.WebSocketListener;
import dev.reveille.http.websocket.WebSocketSession;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.AppState;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Handles the frames that a phone sends over its WebSocket. Called on the connection's event loop;
/// what may block goes to a worker, and its result comes back to the loop.
final class PhoneFrames implements WebSocketListener {
  private static final int MOST_EVENTS = 500;
  private static final int BURST = 5;
  private static final int MOST_WAITING = 64;
  private static final TokenBucket.Rate RESUMES = TokenBucket.Rate.perSecond(1, 1);

  private final ChannelContext context;
  private final LiveChannels channels;
  private final Phone phone;
  private final TokenBucket frames;
  private final TokenBucket resumes = new TokenBucket(RESUMES, System.nanoTime());
  private boolean resumeWanted;
  private @Nullable Position resumeFrom; // absent for where the channel stands

  /// Frames that wait for the look-up whether the phone is still signed in.
  private List<byte[]> waiting = List.of();

  private @Nullable DeviceSocket socket;
  private boolean greeted;

  PhoneFrames(final ChannelContext context, final LiveChannels channels, final Phone phone) {
    this.context = context;
    this.channels = channels;
    this.phone = phone;
    final int perSecond = context.settings().framesPerSecond();
    this.frames =
        new TokenBucket(
            TokenBucket.Rate.perSecond(perSecond, (long) perSecond * BURST), System.nanoTime());
  }

  @Override
  public void opened(final WebSocketSession session) {
    socket = new DeviceSocket(context, channels, session, phone);
    socket.opened();
  }

  @Override
  public void writable(final WebSocketSession session) {
    channel().writable();
  }

  @Override
  public void closed(final WebSocketSession session, final int code, final String reason) {
    if (socket != null) {
      socket.closed();
    }
  }

  private DeviceSocket channel() {
    if (socket == null) {
      throw new IllegalStateException("the session is not open yet");
    }
    return socket;
  }

  @Override
  public void text(final WebSocketSession session, final byte[] utf8) {
    final var channel = channel();
    if (channel.isEnded()) {
      return;
    }
    channel.heard();
    if (isTooFast()) {
      channel.end(Reason.RATE_LIMITED);
    } else if (!waiting.isEmpty()) {
      wait(utf8);
    } else if (context.tokens().isKnownAs(channel.installation(), channel.user())) {
      obey(utf8);
    } else {
      wait(utf8);
      lookUp(channel);
    }
  }

  /// What the protocol below sends counts like a frame: each costs a turn of the loop.
  @Override
  public void pinged(final WebSocketSession session) {
    if (!channel().isEnded() && isTooFast()) {
      channel().end(Reason.RATE_LIMITED);
    }
  }

  @Override
  public void pong(final WebSocketSession session) {
    pinged(session);
  }

  private boolean isTooFast() {
    return frames.take(1, System.nanoTime()) > 0;
  }

  /// A frame waits until it is known whether the phone is still signed in.
  private void wait(final byte[] utf8) {
    if (waiting.isEmpty()) {
      waiting = new ArrayList<>(1);
    }
    if (waiting.size() < MOST_WAITING) {
      waiting.add(utf8);
    } else {
      channel().end(Reason.RATE_LIMITED);
    }
  }

  /// Memory does not know the installation, or not as this user's: it changed, say.
  private void lookUp(final DeviceSocket channel) {
    context
        .workers()
        .execute(() -> {
          boolean signedIn = false;
          try {
            signedIn = context.isSignedIn(channel);
          } finally {
            final var why = signedIn ? null : Reason.SIGNED_OUT;
            channel.run(() -> lookedUp(channel, why));
          }
        });
  }

  private void lookedUp(final DeviceSocket channel, final @Nullable Reason why) {
    if (why != null) {
      waiting = List.of();
      channel.end(why);
      return;
    }
    final var held = waiting;
    waiting = List.of(); // a phone at rest keeps none
    for (final var next : held) {
      if (!channel.isEnded()) {
        obey(next);
      }
    }
  }

  /// Does what a frame of a phone says that is signed in.
  private void obey(final byte[] utf8) {
    final var channel = channel();
    try {
      received(utf8);
    } catch (Refusal refusal) {
      send(context.frames().error("", Optional.empty(), refusal.why(), refusal.detail()));
      channel.run(() -> channel.end(refusal.why()));
    }
  }

  /// @throws Refusal when the channel must be closed for it: nothing that follows could be
  ///   understood
  private void received(final byte[] text) {
    final var frame = JsonBody.open(text);
    final var what = frame.required("frame");
    final var id = frame.text("id");
    if (id.isPresent() && id.get().length() > 64) {
      throw frame.wrong("id", "must have at most 64 characters");
    }
    if (!greeted && !what.equals("hello")) {
      throw new Refusal(Reason.HELLO_MISSING, "the first frame must be hello");
    }
    try {
      received(what, id, frame);
    } catch (Refusal refusal) {
      if (!greeted) {
        throw refusal;
      }
      refused(what, id, refusal);
    }
  }

  private void received(final String what, final Optional<String> id, final JsonBody frame) {
    switch (what) {
      case "hello" -> hello(frame.only("frame", "id", "cursor", "state"));
      case "state" -> {
        state(frame.only("frame", "id", "state"));
        done(what, id);
      }
      case "ack" -> ack(frame.only("frame", "id", "upTo", "events"));
      case "pong" -> frame.only("frame", "id");
      case "resume" ->
          resume(frame.only("frame", "id", "cursor").maybe("cursor", Position::of).orElse(null));
      case "mark" -> mark(id, frame.only("frame", "id", "mark", "events"));
      case "read" -> read(id, frame.only("frame", "id", "conversation", "upTo"));
      case "answer" -> {
        final var call = DeviceCalls.id(frame.only("frame", "id", "call").required("call"));
        later(
            what, id, () -> context.calls().answer(phone, call, result -> tell(what, id, result)));
      }
      case "decline" -> {
        final var call =
            DeviceCalls.id(frame.only("frame", "id", "call", "everywhere").required("call"));
        final boolean everywhere = frame.flag("everywhere").orElse(true);
        later(
            what,
            id,
            () ->
                context.calls().decline(phone, call, everywhere, result -> tell(what, id, result)));
      }
      default -> throw new Refusal(Reason.UNKNOWN_FIELD, "there is no such frame");
    }
  }

  /// A resume reads the inbox again: one at a time, and one a second. Of those that come meanwhile
  /// the newest counts.
  private void resume(final @Nullable Position from) {
    resumeWanted = true;
    resumeFrom = from;
    resumeIfTime();
  }

  private void resumeIfTime() {
    final long now = System.nanoTime();
    if (resumeWanted && !channel().isBusyResuming() && resumes.take(1, now) == 0) {
      resumeWanted = false;
      final var from = resumeFrom;
      resumeFrom = null;
      channel().resumeFrom(from);
    }
  }

  @Override
  public void tick(final WebSocketSession session, final long nowMillis) {
    if (resumeWanted && !channel().isEnded()) {
      resumeIfTime();
    }
  }

  private void hello(final JsonBody frame) {
    if (greeted) {
      throw new Refusal(Reason.MALFORMED, "hello is said once; use resume or state");
    }
    final var cursor = frame.maybe("cursor", Position::of).orElse(null);
    final var state = frame.value("state", AppState::of);
    greeted = true;
    channel().hello(cursor, state, frame.required("state"));
  }

  private void state(final JsonBody frame) {
    channel().state(frame.value("state", AppState::of), frame.required("state"));
  }

  private void ack(final JsonBody frame) {
    if (frame.has("upTo") == frame.has("events")) {
      throw new Refusal(Reason.MALFORMED, "give either upTo or events");
    }
    if (frame.has("upTo")) {
      final Position upTo = frame.value("upTo", Position::of);
      if (!channel().hasTold(upTo)) {
        throw new Refusal(Reason.MALFORMED, "upTo: this position was not told on this channel");
      }
      channel().acknowledgeUpTo(upTo.sequence());
    } else {
      final var others =
          channel()
              .acknowledgeEvents(context.inboxes().sequences(frame.texts("events", MOST_EVENTS)));
      if (!others.isEmpty()) { // pushed, or told on an earlier channel
        later(
            "ack",
            Optional.empty(),
            () -> {
              context.inboxes().checkOwn(phone, others);
              context.inboxes().mark(phone, Mark.RECEIVED, others);
            });
      }
    }
  }

  private void mark(final Optional<String> id, final JsonBody frame) {
    final var mark = DeviceInbox.mark(frame);
    final var sequences = context.inboxes().sequences(frame.texts("events", MOST_EVENTS));
    later(
        "mark",
        id,
        () -> {
          final var kept = new DurableResponse();
          context.inboxes().checkOwn(phone, sequences);
          context.inboxes().mark(phone, mark, sequences, kept);
          context.inboxes().await(kept);
          done("mark", id);
        });
  }

  private void read(final Optional<String> id, final JsonBody frame) {
    final var conversation = DeviceApi.conversation(frame.required("conversation"));
    final var upTo = frame.required("upTo");
    later(
        "read",
        id,
        () -> {
          context.inboxes().read(phone, conversation, upTo);
          done("read", id);
        });
  }

  /// Runs on a thread that may block.
  private void later(final String what, final Optional<String> id, final Runnable work) {
    context
        .workers()
        .execute(() -> {
          try {
            work.run();
          } catch (Refusal refusal) {
            refused(what, id, refusal);
          } catch (RuntimeException fault) {
            channel().run(() -> channel().end(Reason.INTERNAL));
            throw fault;
          }
        });
  }

  private void tell(final String what, final Optional<String> id, final DeviceCalls.Result result) {
    final var state =
        result
            .state()
            .map(call -> new JsonParsers.Writing[] {call})
            .orElse(new JsonParsers.Writing[0]);
    send(
        result.why().isEmpty()
            ? context.frames().done(what, id, state)
            : context.frames().error(what, id, result.why().get(), result.detail(), state));
  }

  private void done(final String what, final Optional<String> id) {
    if (id.isPresent()) { // who gives no id does not wait for it
      send(context.frames().done(what, id));
    }
  }

  private void refused(final String what, final Optional<String> id, final Refusal refusal) {
    send(context.frames().error(what, id, refusal.why(), refusal.detail()));
  }

  private void send(final byte[] frame) {
    channel().run(() -> channel().answer(frame));
  }
}
