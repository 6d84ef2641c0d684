//! A connection from its first byte to its last, whoever it is held with: when its socket is read and written, when it
//! is asked for a sign of life, and how it ends.

use super::closing::Closing;
use super::framed::Framed;
use super::outbox::{News, Outbox, Standing};
use super::websocket::{Batch, End, Inbound, Parser};
use crate::limits;
use bytes::Bytes;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use tokio::io::Interest;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until, timeout};

/// What waits for somebody, such as the room: boxed, so that it takes memory only while there is something to do.
pub(crate) type Wait<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The server's side of a conversation. It ends when the outbox is closed.
pub(crate) trait Conversation: Send {
    /// Hears what a read brought that came then: its messages, and how many pings and pongs were among it. What has to
    /// wait for somebody is given back, and nothing more is read before it is done.
    fn hear(&mut self, came: Instant, controls: u32, messages: VecDeque<Inbound>) -> Option<Wait<'_>>;

    /// When there is something to do though nothing comes.
    fn deadline(&self) -> Instant;

    /// Does what that time has come for.
    fn tick(&mut self);

    /// Nothing more is heard from now on.
    fn end(&mut self) -> impl Future<Output = ()> + Send;
}

/// Holds a conversation to its end; `read` came in with the handshake. What belongs to it lies in a box, and this is no
/// `async fn`: a future keeps twice what those are given.
pub(crate) fn hold(
    mut conversation: Box<impl Conversation>,
    outbox: Arc<Outbox>,
    message_bytes_max: usize,
    read: Bytes,
) -> impl Future<Output = ()> + Send {
    let mut parser = Parser::new(message_bytes_max);
    async move {
        let heard = take(&mut *conversation, &outbox, Instant::now(), parser.parse(&read));
        // It holds on to the whole buffer that HTTP read into.
        drop(read);
        heard.await;
        // Set anew only when its moment has become another: it stands in the runtime's list all the while.
        let mut timer = pin!(sleep_until(conversation.deadline()));
        loop {
            let deadline = conversation.deadline();
            if timer.deadline() != deadline {
                timer.as_mut().reset(deadline);
            }
            tokio::select! {
                biased;
                news = poll_fn(|cx| outbox.poll_news(cx)) => match news {
                    Ok(News::Writable) => outbox.flush(),
                    Ok(News::Readable) => {
                        // Before what was read waits for anything.
                        let came = Instant::now();
                        take(&mut *conversation, &outbox, came, parser.read(&outbox)).await;
                    }
                    Ok(News::Closing) | Err(_) => break,
                },
                () = timer.as_mut() => conversation.tick(),
            }
        }
        Box::pin(conversation.end()).await;
        // Whether or not the client answers, the connection ends here.
        let goodbye = timeout(limits::CLOSE_WITHIN, say_goodbye(&outbox, &mut parser));
        let _ = Box::pin(goodbye).await;
    }
}

/// Takes what a read has brought. No `async fn`: what has been heard would lie in its future all the while.
fn take<'a>(
    conversation: &'a mut impl Conversation,
    outbox: &'a Arc<Outbox>,
    came: Instant,
    batch: Batch,
) -> impl Future<Output = ()> + Send + 'a {
    if !batch.answers.is_empty() {
        outbox.push(Framed::raw(batch.answers));
    }
    let wait = conversation.hear(came, batch.controls, batch.messages);
    let (end, may_have_more) = (batch.end, batch.may_have_more);
    async move {
        if let Some(wait) = wait {
            wait.await;
        }
        match end.filter(|_| outbox.closing().is_none()) {
            Some(End::Gone) => outbox.break_off(),
            Some(End::Breach(why)) => outbox.close(why),
            None => {}
        }
        // A socket that always has more is always ready: without this nobody else on the core would have a turn.
        // Of one that has no more, the runtime hears when it has again.
        if may_have_more {
            yield_now().await;
        }
    }
}

/// Lets the last bytes out, then waits for the client to close: ending at once could destroy what it has not
/// read yet.
async fn say_goodbye(outbox: &Outbox, parser: &mut Parser) {
    let by_them = outbox.closing() == Some(Closing::Answered);
    loop {
        let interest = match outbox.standing() {
            Standing::Broken => return,
            Standing::Closed if by_them => return,
            Standing::Closed => Interest::READABLE,
            Standing::Open | Standing::Blocked | Standing::Closing => Interest::WRITABLE,
        };
        match outbox.stream().ready(interest).await {
            Ok(ready) if ready.is_writable() && interest.is_writable() => outbox.flush(),
            Ok(_) => {
                yield_now().await;
                let batch = parser.read(outbox);
                let goodbye = batch
                    .messages
                    .iter()
                    .any(|message| matches!(message, Inbound::Goodbye(_)));
                if goodbye || batch.end.is_some() {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}
