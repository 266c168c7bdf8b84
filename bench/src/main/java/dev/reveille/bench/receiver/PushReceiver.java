package dev.reveille.bench.receiver;

import dev.reveille.simulators.service.CalledService;
import dev.reveille.simulators.service.CallerHttp1;
import dev.reveille.simulators.service.CallerHttp2;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.InjectedFaults;
import dev.reveille.simulators.service.ServiceAnswer;
import dev.reveille.simulators.service.ServiceCall;
import dev.reveille.simulators.service.ServiceCounters;
import dev.reveille.simulators.service.Site;
import dev.reveille.simulators.service.Sockets;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `reveille bench push-receiver fcm|webpush|wns AUTHORITY`: takes every push over TLS, HTTP/2 or
/// HTTP/1.1 as ALPN says, counts it, and writes it down as it came while it is told to.
///
/// Writes its authority's certificate into the file and says `ready ORIGIN`. Reads on standard
/// input `keep FILE` (says `keeping`), `rest` (says `resting`, everything is in the file then) and
/// `count` (says `count N`, of all pushes so far, kept or not).
public final class PushReceiver implements CalledService {
  private static final int STREAMS = 1_000; // as many as Apple's simulator allows
  private static final String KEEP = "keep ";

  private final ReceivedService service;
  private final Site site = new Site(new InjectedFaults(), new ServiceCounters());
  private final AtomicLong count = new AtomicLong();
  private RawPushes.@Nullable Writer record; // guarded by this

  private PushReceiver(final ReceivedService service) {
    this.service = service;
  }

  /// Arguments: the service's word, and the file that its authority's certificate goes to.
  public static void main(final List<String> arguments) throws IOException {
    final var service =
        ReceivedService.valueOf(arguments.get(0).toUpperCase(java.util.Locale.ROOT));
    new PushReceiver(service).serve(Path.of(arguments.get(1)));
  }

  private void serve(final Path authority) throws IOException {
    final var certificates = LoopbackCertificates.make();
    Files.writeString(authority, certificates.authorityPem());
    final var tls =
        Sockets.tls(
            certificates, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    try (var sockets = new Sockets("receiver", 1)) {
      final var port =
          sockets.listen(
              0,
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel channel) {
                  channel
                      .pipeline()
                      .addLast(tls.newHandler(channel.alloc()), new Negotiation(PushReceiver.this));
                }
              });
      System.out.println("ready https://127.0.0.1:" + Sockets.port(port));
      final var commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (var line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(obey(line));
      }
      rest();
    }
  }

  private String obey(final String line) throws IOException {
    if (line.startsWith(KEEP)) {
      keep(Path.of(line.substring(KEEP.length())));
      return "keeping";
    }
    if (line.equals("rest")) {
      rest();
      return "resting";
    }
    return "count " + count.get();
  }

  private synchronized void keep(final Path file) throws IOException {
    rest();
    record = new RawPushes.Writer(file);
  }

  private synchronized void rest() throws IOException {
    if (record != null) {
      record.close();
      record = null;
    }
  }

  /// Speaks what the client chose; one that chose nothing means HTTP/1.1.
  private static final class Negotiation extends ApplicationProtocolNegotiationHandler {
    private final PushReceiver receiver;

    Negotiation(final PushReceiver receiver) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.receiver = receiver;
    }

    @Override
    protected void configurePipeline(final ChannelHandlerContext ctx, final String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        ctx.pipeline().addLast(CallerHttp2.make(receiver, STREAMS, InstantSource.system()));
      } else {
        CallerHttp1.into(ctx.pipeline(), receiver, InstantSource.system());
      }
    }
  }

  // ---- requests ----

  @Override
  public Site site() {
    return site;
  }

  @Override
  public String tokenOf(final ServiceCall call) {
    return call.path();
  }

  @Override
  public void answer(final ServiceCall call, final Consumer<ServiceAnswer> say) {
    if (!service.tokenPath().isEmpty() && call.path().equals(service.tokenPath())) {
      say.accept(ReceivedService.token());
      return;
    }
    write(call);
    say.accept(service.taken(count.incrementAndGet()));
  }

  private synchronized void write(final ServiceCall call) {
    final var open = record;
    if (open == null) {
      return;
    }
    try {
      open.write(call.path(), call.body());
    } catch (final IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  @Override
  public void keep(
      final ServiceCall call, final int status, final String word, final boolean deliver) {
    // no fault is ever ordered here
  }

  @Override
  public ServiceAnswer ordered(final ServiceCall call, final Fault fault) {
    throw new IllegalStateException("no fault is ever ordered here");
  }
}
