package dev.reveille.sip.jain;

import gov.nist.javax.sip.SipStackImpl;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.sip.ClientTransaction;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipFactory;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.header.ContactHeader;
import javax.sip.header.FromHeader;
import javax.sip.header.ToHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;

/// A JAIN-SIP stack on loopback: it keeps what it hears, and does with requests what the test says.
final class JainPeer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final String ADDRESS = "127.0.0.1";

  final BlockingQueue<Integer> responses = new LinkedBlockingQueue<>();
  final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  final BlockingQueue<String> timeouts = new LinkedBlockingQueue<>();
  final List<ServerTransaction> served = new ArrayList<>();

  private final SipFactory factory;
  private final SipStackImpl stack;
  private final SipProvider provider;
  private final String transport;
  private final int port;
  private final BiConsumer<JainPeer, ServerTransaction> answers;

  /// @param answers what to do with a request
  JainPeer(
      final String transport, final int port, final BiConsumer<JainPeer, ServerTransaction> answers)
      throws Exception {
    this.transport = transport;
    this.port = port;
    this.answers = answers;
    this.factory = SipFactory.getInstance();
    factory.resetFactory();
    factory.setPathName("gov.nist");
    final var properties = new Properties();
    properties.setProperty("javax.sip.STACK_NAME", "jain-" + transport + port);
    properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
    properties.setProperty("gov.nist.javax.sip.STACK_LOGGER", JainSilence.class.getName());
    properties.setProperty("gov.nist.javax.sip.SERVER_LOGGER", JainTrace.class.getName());
    this.stack = (SipStackImpl) factory.createSipStack(properties);
    final var point = stack.createListeningPoint(ADDRESS, port, transport);
    this.provider = stack.createSipProvider(point);
    provider.addSipListener(new Ears());
  }

  int port() {
    return port;
  }

  static <T> T next(final BlockingQueue<T> queue) throws InterruptedException {
    final var next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("JAIN-SIP heard nothing within " + PATIENCE_SECONDS + " s");
    }
    return next;
  }

  void answer(final ServerTransaction transaction, final int status) {
    try {
      final var response =
          factory.createMessageFactory().createResponse(status, transaction.getRequest());
      if (status > 100) {
        ((ToHeader) response.getHeader(ToHeader.NAME)).setTag("jain");
      }
      response.addHeader(contact());
      transaction.sendResponse(response);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ContactHeader contact() throws Exception {
    final var addresses = factory.createAddressFactory();
    final var uri = addresses.createSipURI("jain", ADDRESS);
    uri.setPort(port);
    uri.setTransportParam(transport);
    return factory.createHeaderFactory().createContactHeader(addresses.createAddress(uri));
  }

  /// Sends a request to our side.
  ClientTransaction send(final String method, final int toPort) throws Exception {
    final var addresses = factory.createAddressFactory();
    final var headers = factory.createHeaderFactory();
    final var target = addresses.createSipURI("ours", ADDRESS);
    target.setPort(toPort);
    target.setTransportParam(transport);
    final FromHeader from =
        headers.createFromHeader(
            addresses.createAddress(addresses.createSipURI("jain", "jain.example")), "tag1");
    final ToHeader to =
        headers.createToHeader(
            addresses.createAddress(addresses.createSipURI("ours", "ours.example")), null);
    final ViaHeader via = headers.createViaHeader(ADDRESS, port, transport, null);
    final Request request =
        factory
            .createMessageFactory()
            .createRequest(
                target,
                method,
                provider.getNewCallId(),
                headers.createCSeqHeader(1L, method),
                from,
                to,
                List.of(via),
                headers.createMaxForwardsHeader(70));
    request.addHeader(contact());
    final var transaction = provider.getNewClientTransaction(request);
    transaction.sendRequest();
    return transaction;
  }

  void cancel(final ClientTransaction invite) throws Exception {
    provider.getNewClientTransaction(invite.createCancel()).sendRequest();
  }

  /// The ACK of a 2xx.
  @SuppressWarnings("deprecation") // without dialogs there is no other way
  void acknowledge(final ClientTransaction invite) throws Exception {
    provider.sendRequest(invite.createAck());
  }

  @Override
  public void close() {
    // it sleeps a second while it stops
    Thread.ofPlatform().daemon().start(stack::stop);
  }

  private final class Ears implements SipListener {
    @Override
    public void processRequest(final RequestEvent event) {
      final var request = event.getRequest();
      requests.add(request.getMethod());
      try {
        var transaction = event.getServerTransaction();
        if (request.getMethod().equals(Request.ACK)) {
          return;
        }
        if (transaction == null) {
          transaction = provider.getNewServerTransaction(request);
        }
        served.add(transaction);
        answers.accept(JainPeer.this, transaction);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void processResponse(final ResponseEvent event) {
      final Response response = event.getResponse();
      responses.add(response.getStatusCode());
    }

    @Override
    public void processTimeout(final TimeoutEvent event) {
      timeouts.add(event.isServerTransaction() ? "server" : "client");
    }

    @Override
    public void processIOException(final IOExceptionEvent event) {
      timeouts.add("io");
    }

    @Override
    public void processTransactionTerminated(final TransactionTerminatedEvent event) {
      // states are seen in what is sent
    }

    @Override
    public void processDialogTerminated(final DialogTerminatedEvent event) {
      // there are no dialogs
    }
  }
}
