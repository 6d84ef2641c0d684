//! One core of the server: a `current_thread` runtime with a listener, a flusher and the rooms made on it.
//!
//! Each core listens on the same port (`SO_REUSEPORT`), so that the system spreads connections over them and
//! a connection never changes its core.

use crate::app::App;
use crate::http;
use crate::limits;
use crate::session::flusher::Flusher;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

/// Connections that the system holds until we accept them.
const BACKLOG: i32 = 1_024;

/// How long accepting rests after the system refused it, out of file descriptors for one.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// A core.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) flusher: Arc<Flusher>,
}

/// Opens one listener a core on `address`. Port 0 takes a free one, the same for all.
pub(crate) fn listen(mut address: SocketAddr, cores: usize) -> io::Result<Vec<StdListener>> {
    // Without SO_REUSEPORT first: with it, a second server on the same port would be let in silently.
    let probe = open(address, false)?;
    address = probe.local_addr()?;
    drop(probe);
    (0..cores).map(|_| open(address, cores > 1)).collect()
}

fn open(address: SocketAddr, shared: bool) -> io::Result<StdListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for the last connections' TIME_WAIT.
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Runs a core until `stop`, then as long as the runtime is driven.
pub(crate) async fn run(
    app: Arc<App>,
    listener: StdListener,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let core = Arc::new(Core {
        flusher: Arc::new(Flusher::default()),
    });
    tokio::spawn(Arc::clone(&core.flusher).run());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => serve(Arc::clone(&app), Arc::clone(&core), stream, address),
                Err(error) => {
                    // One connection's failure, or too many files: never the end of the server.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_REST).await;
                }
            },
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    }
}

fn serve(app: Arc<App>, core: Arc<Core>, stream: TcpStream, address: SocketAddr) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let service = http::router(app).map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(http::Peer {
            core: Arc::clone(&core),
            address,
        });
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_WITHIN)
        .max_buf_size(limits::HTTP_BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}
