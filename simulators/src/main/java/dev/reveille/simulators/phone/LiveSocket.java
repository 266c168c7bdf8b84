package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One WebSocket of a simulated phone to the server, with JSON text frames. Passes frames on in
/// their order, and its end once: the peer's status code, 1006 when it was refused or broke, 1007
/// for a frame that is no JSON. [#close] tells no end, and a frame may still come after it.
/// Thread-safe and never blocks; frames and the end are told on threads of the HttpClient, a frame
/// held back while frozen on that of [#thaw], so receivers must be quick. Frozen, it reads nothing
/// but the one frame that was asked for. What is sent before the socket is open follows the hello.
final class LiveSocket {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration OPENING = Duration.ofSeconds(5);

  private final Consumer<JsonNode> frames;
  private final BiConsumer<Integer, String> ended;
  private final Queue<String> unsent = new ArrayDeque<>();
  private @Nullable WebSocket socket;
  private boolean sending;
  private boolean over;
  private boolean frozen;
  private @Nullable String unread; // one frame may be on its way to us when we freeze

  /// @param ended status code (1006 for a broken connection) and why; told once
  private LiveSocket(final Consumer<JsonNode> frames, final BiConsumer<Integer, String> ended) {
    this.frames = frames;
    this.ended = ended;
  }

  static LiveSocket open(
      final HttpClient http,
      final URI live,
      final String deviceToken,
      final ObjectNode hello,
      final Consumer<JsonNode> frames,
      final BiConsumer<Integer, String> ended) {
    final var line = new LiveSocket(frames, ended);
    http.newWebSocketBuilder()
        .header("Authorization", "Bearer " + deviceToken)
        .subprotocols("reveille.v1")
        .connectTimeout(OPENING)
        .buildAsync(live, line.new SocketListener())
        .whenComplete((opened, failure) -> {
          if (failure != null) {
            line.end(1006, String.valueOf(failure.getMessage()));
          } else {
            line.opened(opened, hello);
          }
        });
    return line;
  }

  private void opened(final WebSocket opened, final ObjectNode hello) {
    synchronized (this) {
      socket = opened;
      if (over) {
        opened.abort();
        return;
      }
      final var before = new ArrayDeque<>(unsent);
      unsent.clear();
      unsent.add(hello.toString());
      unsent.addAll(before);
    }
    sendNext();
  }

  void send(final ObjectNode frame) {
    synchronized (this) {
      if (over) {
        return;
      }
      unsent.add(frame.toString());
    }
    sendNext();
  }

  private void sendNext() {
    final WebSocket to;
    final String text;
    synchronized (this) {
      to = socket;
      if (to == null || sending || over || unsent.isEmpty()) {
        return;
      }
      text = unsent.remove();
      sending = true;
    }
    to.sendText(text, true)
        .whenComplete((_, failure) -> {
          synchronized (this) {
            sending = false;
          }
          if (failure != null) {
            end(1006, String.valueOf(failure.getMessage()));
          } else {
            sendNext();
          }
        });
  }

  /// The app is frozen by its system: the socket stays open, nothing is read.
  synchronized void freeze() {
    frozen = true;
  }

  void thaw() {
    final WebSocket now;
    final String waiting;
    synchronized (this) {
      frozen = false;
      now = socket;
      waiting = unread;
      unread = null;
    }
    if (waiting != null) {
      read(waiting);
    }
    if (now != null) {
      now.request(1);
    }
  }

  private void read(final String frame) {
    try {
      frames.accept(JSON.readTree(frame));
    } catch (IOException e) {
      end(1007, "the server wrote no JSON: " + frame);
    }
  }

  /// Whether the frame was left unread because the app is frozen.
  private synchronized boolean leave(final String frame) {
    if (frozen) {
      unread = frame;
    }
    return frozen;
  }

  /// Closes in order.
  void close() {
    final WebSocket now;
    synchronized (this) {
      over = true;
      now = socket;
    }
    if (now != null) {
      now.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((_, _) -> now.abort());
    }
  }

  private void end(final int code, final String why) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      if (socket != null) {
        socket.abort();
      }
    }
    ended.accept(code, why);
  }

  private final class SocketListener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(
        final WebSocket from, final CharSequence data, final boolean last) {
      text.append(data);
      if (last) {
        final var frame = text.toString();
        text.setLength(0);
        if (leave(frame)) {
          return null;
        }
        read(frame);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(
        final WebSocket from, final int code, final String why) {
      end(code, why);
      return null;
    }

    @Override
    public void onError(final WebSocket from, final Throwable failure) {
      end(1006, String.valueOf(failure.getMessage()));
    }
  }
}
