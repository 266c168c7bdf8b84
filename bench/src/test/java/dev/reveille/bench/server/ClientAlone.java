package dev.reveille.bench.server;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.ClientRequest;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HeaderSet;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.NotSent;
import dev.reveille.http.client.PoolListener;
import dev.reveille.http.client.Priority;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.url.UrlService;
import dev.reveille.push.url.UrlSettings;
import io.netty.channel.EventLoopGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/// `reveille bench-server client-alone wns|webpush|h2 AUTHORITY LINES BODY`: what the dispatch
/// bench of a push service is compared with. The product's own client for outgoing HTTP, driven by
/// one loop: no server, no store, no routing. For WNS it writes the same request to each channel in
/// turn, with `h2` the same over HTTP/2; for Web Push each message is encrypted first, by the
/// product's own code.
///
/// Reads `run N` on standard input and says `done OK FAILED`.
final class ClientAlone {
  private static final int UNDER_WAY = 500;
  private static final int AT_ONCE = 64;
  private static final long SECONDS = 86_400;

  /// Of a push that waits for a connection: nothing is given up on a busy machine.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ClientPool pool;
  private final IntFunction<UrlService.Message> messages;

  private ClientAlone(final ClientPool pool, final IntFunction<UrlService.Message> messages) {
    this.pool = pool;
    this.messages = messages;
  }

  /// Arguments: the service's word, the certificate to trust, a file of URLs (with `p256dh` and
  /// `auth` behind them for Web Push), and a file with what each push says.
  static void run(final List<String> arguments) throws IOException, InterruptedException {
    final boolean webPush = arguments.get(0).equals("webpush");
    final boolean serial = arguments.get(0).equals("wns");
    final var anchors = Endpoint.certificates(Files.readString(Path.of(arguments.get(1))));
    final var lines = Files.readAllLines(Path.of(arguments.get(2)));
    final byte[] body = Files.readAllBytes(Path.of(arguments.get(3)));
    final var first = url(lines.getFirst().split(" ")[0]);
    final var loops = ClientEventLoops.start(1, "client");
    final var target =
        ClientTarget.of(
            first.host(),
            first.port(),
            anchors,
            serial ? HttpVersions.HTTP_1_1 : HttpVersions.EITHER);
    try (var pool = pool(loops, target)) {
      new ClientAlone(pool, webPush ? WebPushMessages.of(lines, body) : toasts(lines, body)).obey();
    } finally {
      loops.shutdownGracefully();
    }
  }

  private static ClientPool pool(final EventLoopGroup loops, final ClientTarget target) {
    final var settings = UrlSettings.of(WayOut.DEFAULT).pool().withQueuePatience(PATIENCE);
    return new ClientPool("client alone", loops, target, settings, PoolListener.NONE);
  }

  private static PublicUrl url(final String text) {
    return PublicUrl.of(text, AddressGuard.OPERATOR, false);
  }

  private void obey() throws IOException, InterruptedException {
    System.out.println("ready");
    final var commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = commands.readLine(); line != null; line = commands.readLine()) {
      final long pushes = Long.parseLong(line.substring("run ".length()));
      final long failed = push(pushes);
      System.out.println("done " + (pushes - failed) + " " + failed);
    }
  }

  private long push(final long count) throws InterruptedException {
    final var window = new Semaphore(UNDER_WAY);
    final var failed = new AtomicLong();
    for (long from = 0; from < count; ) {
      final int some = (int) Math.min(AT_ONCE, count - from);
      window.acquire(some);
      final var group = new ArrayList<Request>(some);
      for (int i = 0; i < some; i++) {
        group.add(new Request(messages.apply((int) (from + i)), window, failed));
      }
      pool.send(group);
      from += some;
    }
    window.acquire(UNDER_WAY);
    return failed.get();
  }

  private static final class Request extends ClientRequest {
    private final UrlService.Message message;
    private final Semaphore window;
    private final AtomicLong failed;

    Request(final UrlService.Message message, final Semaphore window, final AtomicLong failed) {
      super(Priority.NORMAL, NO_MOMENT);
      this.message = message;
      this.window = window;
      this.failed = failed;
    }

    @Override
    protected void head(final RequestHeaders headers) {
      message.head(headers, SECONDS, "");
    }

    @Override
    protected byte[] body() {
      return message.body();
    }

    @Override
    protected void answered(final ClientAnswer answer) {
      end(answer.status() / 100 == 2 ? "" : "answered " + answer.status());
    }

    @Override
    protected void notSent(final NotSent why) {
      end("not sent: " + why);
    }

    @Override
    protected void uncertain(final Doubt why) {
      end("uncertain: " + why);
    }

    private void end(final String fault) {
      if (!fault.isEmpty() && failed.getAndIncrement() == 0) {
        System.err.println("the first push that failed: " + fault);
      }
      window.release();
    }
  }

  // ---- WNS ----

  private record Toast(byte[] path, HeaderSet headers, byte[] body) implements UrlService.Message {
    private static final byte[] NOTHING = {};

    @Override
    public void head(final RequestHeaders out, final long secondsLeft, final String authorization) {
      out.path(path, NOTHING).constants(headers);
    }

    @Override
    public boolean isSmallest() {
      return true;
    }
  }

  private static IntFunction<UrlService.Message> toasts(
      final List<String> lines, final byte[] body) {
    final var headers =
        HeaderSet.post(url(lines.getFirst()).authority())
            .with(HeaderName.of("content-type"), "text/xml")
            .with(HeaderName.of("x-wns-type"), "wns/toast")
            .with(HeaderName.of("authorization"), "Bearer " + "0123456789abcdef".repeat(9))
            .with(HeaderName.of("x-wns-ttl"), String.valueOf(SECONDS))
            .with(HeaderName.of("x-wns-tag"), "standup")
            .with(HeaderName.of("x-wns-group"), "reveille")
            .with(HeaderName.of("x-wns-priority"), "High")
            .with(HeaderName.of("x-wns-requestforstatus"), "true");
    final var toasts =
        lines.stream()
            .map(line ->
                new Toast(url(line).path().getBytes(StandardCharsets.US_ASCII), headers, body))
            .toList();
    return number -> toasts.get(number % toasts.size());
  }
}
