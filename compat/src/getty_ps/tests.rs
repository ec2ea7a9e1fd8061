//! What a getty_ps command line and its files compile to.
