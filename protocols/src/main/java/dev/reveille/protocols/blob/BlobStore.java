package dev.reveille.protocols.blob;

import dev.reveille.http.client.BlockingCall;
import dev.reveille.http.client.BlockingCall.Result;
import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.PublicUrl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads and writes files by the REST interface of Azure Blob Storage: Put Block, Put Block List,
/// and Get Blob with a range.
///
/// What may work later (no connection, no answer, 408, 429, 5xx, an answer that was cut) is tried
/// again, [#ATTEMPTS] times in all, after as long as `Retry-After` says, else after 1, 2, 4 … s.
/// Everything else ends in [BlobFailed]; a redirect is not followed. Thread-safe; blocks.
public final class BlobStore {
  /// The largest piece that is read at once, in bytes.
  public static final int PIECE = 512 * 1024;

  /// Of one file, as the service takes them.
  public static final int MOST_BLOCKS = 50_000;

  /// How often a request is made at most.
  static final int ATTEMPTS = 6;

  private static final Duration LONGEST_REST = Duration.ofSeconds(60);
  private static final int MOST_DIGITS = 6;

  /// Of the interface; it has all that is used here.
  private static final String VERSION = "2020-10-02";

  private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9]{1,64}");

  /// The same whether the host is unknown, refuses or must not be connected to: who names hosts is
  /// not to learn from this server which ones are beside it. Operators read more in the log.
  private static final String UNREACHED =
      "there is no connection to the container's server; its host must be public, unless the"
          + " operator allows it, and answer";

  private static final Logger LOG = LoggerFactory.getLogger(BlobStore.class);

  /// Waits before a request is made again.
  @FunctionalInterface
  public interface Rest {
    /// @throws InterruptedException when the work is to stop
    void rest(Duration time) throws InterruptedException;
  }

  /// A piece of a file.
  ///
  /// @param size of the whole file, in bytes
  /// @param eTag of the file as it was read; "" when the server says none
  public record Piece(byte[] bytes, long size, String eTag) {}

  /// What is made of an answer that is no refusal: empty when it is none that can be used.
  @FunctionalInterface
  private interface Reading<T> {
    Optional<T> read(ClientAnswer answer);
  }

  private final OriginPools pools;
  private final Function<String, PublicUrl> urls;
  private final Duration patience;
  private final Rest rest;

  /// @param pools connections of hosts that callers name; they speak HTTP/1.1 and read answers of
  ///   [#PIECE]; they stay the caller's to close
  /// @param urls reads what callers hand in; throws [PublicUrl.Refused] for what must not be
  ///   connected to
  /// @param patience for one request, from the look-up of the name to the end of the answer
  public BlobStore(
      final OriginPools pools,
      final Function<String, PublicUrl> urls,
      final Duration patience,
      final Rest rest) {
    this.pools = pools;
    this.urls = urls;
    this.patience = patience;
    this.rest = rest;
  }

  /// Looks whether a place may be connected to, as far as its URL says.
  ///
  /// @throws PublicUrl.Refused with what is wrong, in words that begin with a verb
  public void check(final BlobAddress address) {
    final var _ = urls.apply(address.url(""));
  }

  /// Writes a block of a file; one of the same number that was written before is replaced. It is
  /// part of the file from [#commit] on.
  ///
  /// @throws BlobFailed when it cannot be written
  public void putBlock(final BlobAddress file, final int number, final byte[] content)
      throws InterruptedException {
    final var id = blockId(number).replace("=", "%3D");
    final var _ =
        ask(
            "writing a block of " + file,
            "PUT",
            file.url("comp=block&blockid=" + id),
            Map.of(),
            content,
            answer -> created(answer));
  }

  /// Makes a file of its blocks, from number 0 on, in the place of what was there.
  ///
  /// @throws BlobFailed when it cannot be written
  public void commit(final BlobAddress file, final int blocks) throws InterruptedException {
    final var list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
    for (int i = 0; i < blocks; i++) {
      list.append("<Latest>").append(blockId(i)).append("</Latest>");
    }
    list.append("</BlockList>");
    final var _ =
        ask(
            "finishing " + file,
            "PUT",
            file.url("comp=blocklist"),
            Map.of("content-type", "application/xml", "x-ms-blob-content-type", "text/plain"),
            list.toString().getBytes(StandardCharsets.US_ASCII),
            answer -> created(answer));
  }

  private static Optional<Boolean> created(final ClientAnswer answer) {
    return answer.status() == 201 ? Optional.of(true) : Optional.empty();
  }

  /// All of a file have the same length, as the service wants it.
  private static String blockId(final int number) {
    return Base64.getEncoder()
        .encodeToString("%08d".formatted(number).getBytes(StandardCharsets.US_ASCII));
  }

  /// Reads the next bytes of a file: [#PIECE], fewer only at its end.
  ///
  /// @param eTag that the file must still have; "" for any
  /// @throws BlobFailed when it cannot be read, or was changed
  public Piece read(final BlobAddress file, final long from, final String eTag)
      throws InterruptedException {
    final Map<String, String> headers = new LinkedHashMap<>();
    headers.put("range", "bytes=" + from + "-" + (from + PIECE - 1));
    if (!eTag.isEmpty()) {
      headers.put("if-match", eTag);
    }
    return ask(
        "reading " + file,
        "GET",
        file.url(""),
        headers,
        new byte[0],
        answer -> piece(answer, from));
  }

  private static Optional<Piece> piece(final ClientAnswer answer, final long from) {
    final byte[] bytes = answer.bodyBytes();
    final var eTag = answer.header("etag").orElse("");
    switch (answer.status()) {
      case 206 -> {
        final var range = RANGE.matcher(answer.header("content-range").orElse(""));
        if (!range.matches()) {
          return Optional.empty();
        }
        final long size = Long.parseLong(range.group(3));
        final long to = Math.min(from + PIECE, size);
        return Long.parseLong(range.group(1)) == from
                && Long.parseLong(range.group(2)) == to - 1
                && bytes.length == to - from
            ? Optional.of(new Piece(bytes, size, eTag))
            : Optional.empty();
      }
      case 200 -> { // a server without ranges; whether all of it came its length says
        return from == 0
                && answer.header("content-length").orElse("").equals(Integer.toString(bytes.length))
            ? Optional.of(new Piece(bytes, bytes.length, eTag))
            : Optional.empty();
      }
      default -> { // 416: there is nothing at that place, so there is nothing at all
        return from == 0 ? Optional.of(new Piece(new byte[0], 0, eTag)) : Optional.empty();
      }
    }
  }

  // ---- requests -------------------------------------------------------------------------------

  private <T> T ask(
      final String what,
      final String method,
      final String address,
      final Map<String, String> more,
      final byte[] content,
      final Reading<T> reading)
      throws InterruptedException {
    final var url = url(what, address);
    final Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("x-ms-version", VERSION);
    for (int attempt = 1; ; attempt++) {
      final var pool = pools.of(url);
      final @Nullable Result result =
          pool == null ? null : BlockingCall.ask(pool, method, url, headers, content, patience);
      if (result instanceof Result.Answered(final var answer)) {
        final var read = isSuccess(method, answer) ? reading.read(answer) : Optional.<T>empty();
        if (read.isPresent()) {
          return read.get();
        }
      }
      final var words = what + ": " + judged(what, method, result);
      if (attempt == ATTEMPTS) {
        throw new BlobFailed(words + "; tried " + ATTEMPTS + " times");
      }
      rest.rest(wait(result, attempt));
    }
  }

  private PublicUrl url(final String what, final String address) {
    try {
      return urls.apply(address);
    } catch (final PublicUrl.Refused refused) {
      throw new BlobFailed(what + ": the URL " + refused.getMessage());
    }
  }

  private static boolean isSuccess(final String method, final ClientAnswer answer) {
    return answer.status() / 100 == 2 || method.equals("GET") && answer.status() == 416;
  }

  /// Why a request has to be made again.
  ///
  /// @throws BlobFailed when the server refused, and asking again changes nothing
  private static String judged(
      final String what, final String method, final @Nullable Result result) {
    return switch (result) {
      case null -> "this server has too many connections to containers";
      case Result.Answered(final var answer) -> judged(what, method, answer);
      case Result.Unsent(final var why, final var connection) -> {
        if (connection.isEmpty()) {
          yield why.toString();
        }
        LOG.info("{}: {}", what, connection.get());
        yield UNREACHED;
      }
      case Result.Unknown(final var why) -> "no whole answer (" + why + ")";
    };
  }

  private static String judged(final String what, final String method, final ClientAnswer answer) {
    final int status = answer.status();
    final var code =
        answer
            .header("x-ms-error-code")
            .filter(each -> CODE.matcher(each).matches())
            .map(each -> " " + each)
            .orElse("");
    final var words = "the container's server answered " + status + code;
    if (status == 408 || status == 429 || status >= 500) {
      return words;
    }
    if (isSuccess(method, answer)) {
      return words + ", but not with what was asked for";
    }
    throw new BlobFailed(what + ": " + words + remedy(status), code.startsWith(" InvalidBlock"));
  }

  private static String remedy(final int status) {
    return switch (status) {
      case 401, 403 ->
          "; give a URL whose signature is in force and allows to create, write and read";
      case 404 -> "; there is no such container or file";
      case 412 -> "; the file was changed meanwhile";
      default -> status / 100 == 3 ? "; redirects are not followed" : "";
    };
  }

  private static Duration wait(final @Nullable Result result, final int attempt) {
    final var usual = Duration.ofSeconds(1L << (attempt - 1));
    if (!(result instanceof Result.Answered(final var answer))) {
      return usual;
    }
    final var said = answer.header("retry-after").orElse("");
    if (said.isEmpty()
        || said.length() > MOST_DIGITS
        || !said.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return usual;
    }
    final var wait = Duration.ofSeconds(Long.parseLong(said));
    return wait.compareTo(LONGEST_REST) < 0 ? wait : LONGEST_REST;
  }
}
