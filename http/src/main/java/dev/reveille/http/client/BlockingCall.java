package dev.reveille.http.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sends one request and waits for its result, for requests that are rare, such as one for an
/// access token. Blocks the calling thread for at most the patience given, so never call it on an
/// event loop; a result that does not come in that time is unknown.
public final class BlockingCall extends ClientRequest {
  private static final byte[] NOTHING = {};

  /// The result of the request: an answer, certainly not processed, or unknown.
  public sealed interface Result {
    record Answered(ClientAnswer answer) implements Result {}

    /// The peer did not process it.
    ///
    /// @param connection more about it where no connection was had
    record Unsent(NotSent why, Optional<NoConnection> connection) implements Result {}

    /// The peer may have processed it.
    record Unknown(Doubt why) implements Result {}
  }

  private final HeaderSet headers;
  private final byte[] path;
  private final byte[] content;
  private final CompletableFuture<Result> result = new CompletableFuture<>();

  private BlockingCall(
      final HeaderSet headers, final String path, final byte[] content, final long sendBy) {
    super(Priority.URGENT, sendBy);
    this.headers = headers;
    this.path = path.getBytes(StandardCharsets.ISO_8859_1);
    this.content = content;
  }

  /// Asks and waits, at most as long as the patience.
  ///
  /// @param headers beside `content-length`, lower-case names
  /// @param path with the query
  public static Result ask(
      final ClientPool pool,
      final String method,
      final PublicUrl url,
      final Map<String, String> headers,
      final byte[] content,
      final Duration patience)
      throws InterruptedException {
    var set = HeaderSet.of(method, url.https() ? "https" : "http", url.authority());
    for (final var header : headers.entrySet()) {
      set = set.with(HeaderName.of(header.getKey()), header.getValue());
    }
    final long sendBy = System.nanoTime() + patience.toNanos();
    final var call = new BlockingCall(set, url.path(), content, sendBy);
    pool.send(List.of(call));
    try {
      return call.result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final TimeoutException _) {
      return new Result.Unknown(Doubt.NO_ANSWER);
    } catch (final ExecutionException e) {
      throw new IllegalStateException("a request ended without a result", e);
    }
  }

  @Override
  protected void head(final RequestHeaders to) {
    to.path(path, NOTHING).constants(headers);
  }

  @Override
  protected byte[] body() {
    return content;
  }

  @Override
  protected void answered(final ClientAnswer answer) {
    result.complete(new Result.Answered(answer));
  }

  @Override
  protected void notSent(final NotSent why) {
    result.complete(new Result.Unsent(why, noConnection()));
  }

  @Override
  protected void uncertain(final Doubt why) {
    result.complete(new Result.Unknown(why));
  }
}
