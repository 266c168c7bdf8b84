/// WNS, Microsoft's push service for Windows: toasts and raw notifications of our own, and whatever
/// a caller writes for it.
///
/// ```
///   UrlSender --prepare--> WnsService --> WnsForm (headers) and Toast (XML with the envelope)
///                               `-- WnsAccount: an access token of the Store's identity or of Entra
/// ```
@NullMarked
package dev.reveille.push.wns;

import org.jspecify.annotations.NullMarked;
