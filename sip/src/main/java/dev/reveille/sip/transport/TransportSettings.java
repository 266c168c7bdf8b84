package dev.reveille.sip.transport;

import dev.reveille.sip.message.SizeLimits;
import dev.reveille.sip.transaction.TimerValues;
import dev.reveille.sip.transaction.TransactionSettings;
import java.time.Duration;

/// The bounds of all connections of one transport.
///
/// @param sizes of a message's parts
/// @param timers of transactions
/// @param transactions how many per connection
/// @param times how long peers may take
/// @param mostUnsentBytes a connection with more bytes to write is closed; from a quarter of it on
///   nothing is read from the peer and no request begun
/// @param mostConnections of one listener
/// @param mostUnproven connections of one listener that have shown neither a certificate nor a
///   message; when one more comes, the oldest ends
public record TransportSettings(
    SizeLimits sizes,
    TimerValues timers,
    int transactions,
    Times times,
    int mostUnsentBytes,
    int mostConnections,
    int mostUnproven) {
  /// The standard bounds.
  public static final TransportSettings STANDARD =
      new TransportSettings(
          SizeLimits.STANDARD,
          TimerValues.STANDARD,
          TransactionSettings.MOST,
          Times.STANDARD,
          1 << 20,
          20_000,
          4_000);

  public TransportSettings {
    if (mostUnsentBytes < 4 * 1024 || mostConnections < 1 || mostUnproven < 1) {
      throw new IllegalArgumentException(
          "SIP transport: unsent bytes (%d) at least 4096, connections (%d) and unproven ones (%d)"
                  .formatted(mostUnsentBytes, mostConnections, mostUnproven)
              + " at least 1");
    }
  }

  /// These with other times.
  public TransportSettings with(final Times others) {
    return new TransportSettings(
        sizes, timers, transactions, others, mostUnsentBytes, mostConnections, mostUnproven);
  }

  /// How long peers may take. All are kept to a tenth of a second.
  ///
  /// @param connect until TCP is established
  /// @param handshake from then until the end of the TLS handshake
  /// @param firstMessage from then until the first message, on connections that were accepted and
  ///   whose peer has shown no certificate
  /// @param message from the first byte of a message to its last
  /// @param idle without a byte from the peer, on connections that were accepted
  /// @param ping the longest time between two pings, on connections that we opened; each comes a
  ///   random fifth earlier or less
  /// @param pong from a ping to its answer
  /// @param unread how long a peer may leave so much unread that we write no more
  /// @param linger how long we listen after the last answer, so that it is not lost in a reset
  public record Times(
      Duration connect,
      Duration handshake,
      Duration firstMessage,
      Duration message,
      Duration idle,
      Duration ping,
      Duration pong,
      Duration unread,
      Duration linger) {
    /// Pings as RFC 5626 section 4.4.1 has them for TCP and TLS: 95 to 120 seconds apart.
    public static final Times STANDARD =
        new Times(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(180),
            Duration.ofSeconds(120),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2));

    public Times {
      if (ping.compareTo(idle) >= 0) {
        throw new IllegalArgumentException(
            "SIP keep-alive: ping (%s) must be shorter than idle (%s)".formatted(ping, idle));
      }
    }
  }
}
