"""Django's PostgreSQL, but for what happens when the server has gone and come back.

The pool's own check throws away one dead connection at a time, with a pause after each that doubles from 1 s: measured
after a restart, with 16 connections in the pool, the next four readers of each process waited 5 s for an error.
Connections die together, so the first one found dead ends all of them, and the reader gets a new one.

A connection that is new asks whether a restore was begun here and not finished: whoever was not stopped for it, or
started while the server was away, must not serve what is half restored.
"""

import logging
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

# it would write a line for each of up to 16 connections, twice a second; whoever gets none says so
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a connection of the pool before it is used, in the place of CONN_HEALTH_CHECKS."""

    minds_restores = True  # False for the restore's own (operations.marker.passed)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django's. Raises OperationalError when there is no server to connect to, or while a restore is not
        finished.
        """
        connection = self._living(conn_params)
        if self.minds_restores and not getattr(connection, "has_asked", False):
            try:
                _need_no_restore(connection)
            except BaseException:
                self._give_back(connection)
                raise
            connection.has_asked = True  # once in its life: a restore begins only when nobody is connected
        return connection

    def _living(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool is None or _lives(connection):
            return connection
        pool.putconn(connection)
        pool.drain()
        return super().get_new_connection(conn_params)

    def _give_back(self, connection: Any) -> None:
        if self.pool is None:
            connection.close()
        else:
            self.pool.putconn(connection)


def _need_no_restore(connection: Any) -> None:
    from operations import marker  # it asks Django for its connections, which begin here

    stands = marker.is_at(connection)
    connection.rollback()  # the query has begun a transaction, where Django has not yet said that there is none
    if stands:
        raise psycopg.OperationalError(marker.SENTENCE)


def _lives(connection: Any) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return False
    return True
