package dev.reveille.protocols.blob;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// A server with containers on loopback, in plain text, as far as jobs use one: blocks, lists of
/// blocks, and reading by ranges. It wants the signature `sig=right` and does wrong what a test
/// asks for, one thing for each request.
public final class FakeContainers implements AutoCloseable {
  public static final String SIGNATURE = "sig=right";
  private static final Pattern ID = Pattern.compile("<Latest>([^<]*)</Latest>");
  private static final Pattern BYTES = Pattern.compile("bytes=(\\d+)-(\\d+)");

  /// What goes wrong with one request.
  public enum Mishap {
    NONE,
    /// 403, with the word of a service whose signature was refused.
    FORBIDDEN,
    /// 503, to be asked again after 7 s.
    BUSY,
    /// 429 that says no time.
    THROTTLED,
    /// Half of the body, and the connection is closed.
    CUT,
    /// More bytes than there are, and the connection stays open.
    LONG_LENGTH,
    /// Fewer bytes than there are.
    SHORT_LENGTH,
    /// Another place of the file than was asked for.
    OTHER_RANGE,
    /// 302 to another file.
    REDIRECT,
    /// No blocks are known.
    LOST_BLOCKS,
    /// No answer at all.
    SILENT
  }

  /// One request, without what is secret.
  ///
  /// @param what its method and `comp` of its query
  public record Asked(String what, String file, String range, String ifMatch, int length) {}

  private record Request(String method, String target, Map<String, String> headers, byte[] body) {
    String file() {
      final int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }

    Optional<String> parameter(final String name) {
      final int query = target.indexOf('?');
      return Arrays.stream(target.substring(query + 1).split("&", -1))
          .filter(each -> each.startsWith(name + "="))
          .map(each -> each.substring(name.length() + 1))
          .findFirst();
    }
  }

  private record Reply(int status, Map<String, String> headers, byte[] body) {}

  public final List<Asked> asked = new CopyOnWriteArrayList<>();

  /// What goes wrong with the next requests.
  public final Queue<Mishap> mishaps = new ConcurrentLinkedQueue<>();

  /// Done before a request is answered.
  public volatile Waiting before = () -> {};

  /// Whether what is read comes without an `ETag`.
  public volatile boolean saysNoETag;

  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, Map<String, byte[]>> blocks = new ConcurrentHashMap<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final ServerSocket listening;

  /// What may wait.
  @FunctionalInterface
  public interface Waiting {
    void run() throws InterruptedException;
  }

  public FakeContainers() {
    try {
      listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (!listening.isClosed()) {
        final var socket = listening.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (final IOException _) {
      // closed
    }
  }

  // ---- what tests say -------------------------------------------------------------------------

  public String origin() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /// The URL of a container, or of a file in one, with the right signature.
  public String url(final String path) {
    return origin() + path + "?" + SIGNATURE;
  }

  public void put(final String file, final byte[] content) {
    files.put(file, content);
  }

  public Optional<byte[]> file(final String path) {
    return Optional.ofNullable(files.get(path));
  }

  /// The content of a file as text.
  public String text(final String path) {
    return new String(file(path).orElseThrow(), StandardCharsets.UTF_8);
  }

  /// How often it was asked for this, for a file whose name ends so.
  public long times(final String what, final String end) {
    return asked.stream()
        .filter(each -> each.what().equals(what) && each.file().endsWith(end))
        .count();
  }

  // ---- connections ----------------------------------------------------------------------------

  private void serve(final Socket socket) {
    try (socket) {
      final var in = new BufferedInputStream(socket.getInputStream());
      final var out = socket.getOutputStream();
      for (var request = read(in); request.isPresent(); request = read(in)) {
        before.run();
        if (!answer(request.get(), out)) {
          return;
        }
      }
    } catch (final IOException _) {
      // the client closed
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Request> read(final InputStream in) throws IOException {
    final var first = line(in);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    final var words = first.split(" ", -1);
    final Map<String, String> headers = new ConcurrentHashMap<>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      final int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    final int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return Optional.of(new Request(words[0], words[1], headers, in.readNBytes(length)));
  }

  private static String line(final InputStream in) throws IOException {
    final var line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /// @return whether the connection goes on
  private boolean answer(final Request request, final OutputStream out)
      throws IOException, InterruptedException {
    asked.add(
        new Asked(
            request.method() + request.parameter("comp").map(each -> " " + each).orElse(""),
            request.file(),
            request.headers().getOrDefault("range", ""),
            request.headers().getOrDefault("if-match", ""),
            request.body().length));
    final var mishap = Optional.ofNullable(mishaps.poll()).orElse(Mishap.NONE);
    final var reply = reply(request, mishap);
    int said = reply.body().length;
    int sent = said;
    boolean goesOn = true;
    switch (mishap) {
      case CUT -> {
        sent = said / 2;
        goesOn = false;
      }
      case LONG_LENGTH -> said += 10;
      case SHORT_LENGTH -> said -= 10;
      case SILENT -> {
        return true;
      }
      case NONE, FORBIDDEN, BUSY, THROTTLED, OTHER_RANGE, REDIRECT, LOST_BLOCKS -> {}
    }
    final var head = new StringBuilder("HTTP/1.1 " + reply.status() + " x\r\n");
    reply.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("content-length: " + said + "\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write(reply.body(), 0, sent);
    out.flush();
    return goesOn;
  }

  // ---- answers --------------------------------------------------------------------------------

  private Reply reply(final Request request, final Mishap mishap) {
    final boolean isAllowed = request.parameter("sig").equals(Optional.of("right"));
    return switch (mishap) {
      case FORBIDDEN -> refused(403, "AuthorizationFailure");
      case BUSY ->
          new Reply(
              503,
              Map.of("retry-after", "7", "x-ms-error-code", "ServerBusy"),
              new byte[] {'n', 'o'});
      case THROTTLED -> refused(429, "TooManyRequests");
      case REDIRECT -> new Reply(302, Map.of("location", url("/box/elsewhere")), new byte[0]);
      case LOST_BLOCKS -> refused(400, "InvalidBlockList");
      case NONE, CUT, LONG_LENGTH, SHORT_LENGTH, OTHER_RANGE, SILENT ->
          isAllowed ? done(request, mishap) : refused(403, "AuthenticationFailed");
    };
  }

  private static Reply refused(final int status, final String code) {
    final var body = "<Error><Code>" + code + "</Code></Error>";
    return new Reply(
        status, Map.of("x-ms-error-code", code), body.getBytes(StandardCharsets.UTF_8));
  }

  private Reply done(final Request request, final Mishap mishap) {
    final var file = request.file();
    if (!file.startsWith("/box/")) {
      return refused(404, "ContainerNotFound");
    }
    if (request.method().equals("GET")) {
      return piece(request, mishap);
    }
    final var staged = blocks.computeIfAbsent(file, _ -> new ConcurrentHashMap<>());
    if (request.parameter("comp").equals(Optional.of("block"))) {
      final var id =
          URLDecoder.decode(request.parameter("blockid").orElseThrow(), StandardCharsets.UTF_8);
      staged.put(id, request.body());
      return new Reply(201, Map.of(), new byte[0]);
    }
    final var whole = new ByteArrayOutputStream();
    final var ids = ID.matcher(new String(request.body(), StandardCharsets.UTF_8));
    while (ids.find()) {
      final var block = staged.get(ids.group(1));
      if (block == null) {
        return refused(400, "InvalidBlockList");
      }
      whole.writeBytes(block);
    }
    files.put(file, whole.toByteArray());
    return new Reply(201, Map.of(), new byte[0]);
  }

  private Reply piece(final Request request, final Mishap mishap) {
    final byte[] file = files.get(request.file());
    if (file == null) {
      return refused(404, "BlobNotFound");
    }
    final var eTag = "\"" + Arrays.hashCode(file) + "\"";
    final var wanted = request.headers().getOrDefault("if-match", eTag);
    if (!wanted.equals(eTag)) {
      return refused(412, "ConditionNotMet");
    }
    final var range = BYTES.matcher(request.headers().getOrDefault("range", ""));
    if (!range.matches()) {
      return new Reply(200, eTag(eTag), file);
    }
    final int off = mishap == Mishap.OTHER_RANGE ? 1 : 0;
    final int from = Integer.parseInt(range.group(1)) + off;
    final int to = Math.min(Integer.parseInt(range.group(2)) + 1 + off, file.length);
    if (from >= file.length) {
      return refused(416, "InvalidRange");
    }
    final var headers = eTag(eTag);
    headers.put("content-range", "bytes " + from + "-" + (to - 1) + "/" + file.length);
    return new Reply(206, headers, Arrays.copyOfRange(file, from, to));
  }

  private Map<String, String> eTag(final String eTag) {
    final Map<String, String> headers = new HashMap<>();
    if (!saysNoETag) {
      headers.put("etag", eTag);
    }
    return headers;
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (final var socket : open) {
        socket.close();
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
