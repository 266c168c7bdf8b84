package dev.reveille.cli.phone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One WebSocket to the device listener. Text that arrives is passed to its owner, on other
/// threads.
final class Line implements WebSocket.Listener {

  /// What a line tells: text arrived, or it is over.
  sealed interface LineEvent {
    record Text(String text) implements LineEvent {}

    /// @param code WebSocket's, or the server's own: 4000 and the number of the reason
    record Over(int code, String why) implements LineEvent {}
  }

  private static final int BROKEN = 1006;

  private final Consumer<LineEvent> owner;
  private final StringBuilder text = new StringBuilder();

  private Line(final Consumer<LineEvent> owner) {
    this.owner = owner;
  }

  /// Opens a line and waits for it.
  ///
  /// @throws IOException when no server answers, or the phone is refused
  static WebSocket open(
      final HttpClient http, final URI address, final String token, final Consumer<LineEvent> owner)
      throws IOException {
    try {
      return http.newWebSocketBuilder()
          .header("Authorization", "Bearer " + token)
          .subprotocols("reveille.v1")
          .connectTimeout(Duration.ofSeconds(10))
          .buildAsync(address, new Line(owner))
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(
      final WebSocket socket, final CharSequence part, final boolean last) {
    text.append(part);
    if (last) {
      owner.accept(new LineEvent.Text(text.toString()));
      text.setLength(0);
    }
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(
      final WebSocket socket, final ByteBuffer data, final boolean last) {
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(
      final WebSocket socket, final int code, final String reason) {
    owner.accept(new LineEvent.Over(code, reason.isEmpty() ? "code " + code : reason));
    return null;
  }

  @Override
  public void onError(final WebSocket socket, final Throwable error) {
    owner.accept(new LineEvent.Over(BROKEN, String.valueOf(error.getMessage())));
  }
}
