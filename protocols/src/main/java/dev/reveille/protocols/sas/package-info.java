/// Shared access signatures, as Azure's message services use them: who holds a policy's key signs a
/// resource and an end, and sends both with the signature in the `Authorization` header.
///
/// [ConnectionString] is what a caller's configuration holds, [SharedAccessSignature] the header,
/// [SharedAccessPolicy] what it is judged by, [SignedRequest] the request that it must cover and
/// [SignatureVerdict] the answer. Nothing here knows a store, a clock or a socket.
@NullMarked
package dev.reveille.protocols.sas;

import org.jspecify.annotations.NullMarked;
