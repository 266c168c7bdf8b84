package dev.reveille.simulators.service;

import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A push service on loopback: its certificates, the port that senders call, the port that tests
/// control it by, the faults that it shows and its counters. Each simulator extends this class and
/// adds what its service does. Must be closed. Thread-safe once it listens.
public abstract class SimulatedService implements AutoCloseable {
  protected final LoopbackCertificates certificates;
  protected final ServiceCounters counters = new ServiceCounters();
  protected final SecureRandom random = new SecureRandom();
  protected final Sockets sockets;
  private final InjectedFaults faults = new InjectedFaults();
  private final Site site = new Site(faults, counters);
  private volatile @Nullable Listening listening;

  /// @param callers makes the pipeline of a sender's connection
  private record Listening(Channel service, Channel control, ChannelHandler callers) {}

  /// @param name of its threads
  /// @param loops threads that serve its sockets
  protected SimulatedService(
      final String name, final int loops, final LoopbackCertificates certificates) {
    this.certificates = certificates;
    this.sockets = new Sockets(name, loops);
  }

  /// Opens both ports; the last step of each constructor.
  ///
  /// @param port for senders, 0 for one that the system chooses
  /// @param controlPort likewise
  /// @param callers makes the pipeline of a sender's connection
  protected final void listen(
      final int port, final ChannelHandler callers, final int controlPort, final Control control) {
    listening =
        new Listening(
            sockets.listen(port, callers),
            sockets.listen(controlPort, ControlPort.initializer(control)),
            callers);
  }

  private Listening listening() {
    return Objects.requireNonNull(listening, "it does not listen yet");
  }

  // ---- addresses ----

  /// The port that senders call.
  public final int port() {
    return Sockets.port(listening().service);
  }

  /// `http://127.0.0.1:PORT` of the control port.
  public final String control() {
    return "http://127.0.0.1:" + Sockets.port(listening().control);
  }

  /// The certificate authority that a sender has to trust, as PEM.
  public final String authorityPem() {
    return certificates.authorityPem();
  }

  // ---- faults ----

  public final void fault(final Fault fault) {
    faults.add(fault);
  }

  public final void clearFaults() {
    faults.clear();
  }

  public final InjectedFaults faults() {
    return faults;
  }

  public Map<String, Long> counters() {
    return counters.snapshot();
  }

  // ---- connections of senders ----

  /// The connections to [#port].
  public final Site site() {
    return site;
  }

  /// Connections of senders that are open now.
  public int openConnections() {
    return site.openConnections();
  }

  /// Cuts every connection, without a word of TLS or HTTP.
  public void cutConnections() {
    site.cut();
  }

  /// Says GOAWAY on every HTTP/2 connection, with this reason, and closes each connection when its
  /// answers are out.
  public void leaveConnections(final String reason) {
    site.leave(reason);
  }

  /// Every open connection stays open and no longer answers, as when a firewall dropped its state.
  public void freezeConnections() {
    site.freeze();
  }

  /// The service is out of reach: its port refuses, its connections are cut. Until [#comeBack].
  public final void goDown() {
    listening().service.close().syncUninterruptibly();
    site.cut();
  }

  /// Listens again on the same port, with the same certificate and all that was registered.
  public final void comeBack() {
    final var before = listening();
    listening =
        new Listening(
            sockets.listen(Sockets.port(before.service), before.callers),
            before.control,
            before.callers);
  }

  @Override
  public void close() {
    final var open = listening;
    if (open != null) {
      open.service.close();
      open.control.close();
    }
    sockets.close();
  }
}
