# What no schema allows, in each section and kind of remote.
git init -q; dvc init -q; git commit -qm start
dvc remote add s s3://b; dvc remote add h http://h/x; dvc remote add l /tmp/x; dvc remote add w webdavs://h/x
i=0
for pair in s.keyfile=k s.read_timeout=x s.use_ssl=yes s.cache_regions=true h.auth=none h.read_timeout=-1 l.region=r \
    l.type=copy,rsync l.shared=all w.timeout=1.5 s.jobs=0 s.jobs=1_0 h.connect_timeout=0.5 l.type=copy,symlink w.token=t; do
    i=$((i + 1)); rc pair$i dvc config --project "remote.${pair%%=*}" "${pair#*=}"
done
for pair in core.checksum_jobs=0 core.no_scm=1 cache.type=copy+reflink cache.protected=maybe state.row_cleanup_quota=101 \
    index.dir=d parsing.bool=x parsing.list=APPEND hydra.config_dir=a hydra.config_module=b exp.code=c feature.any=1 \
    nosuch.x=1 db.d.name=n; do
    i=$((i + 1)); rc pair$i dvc config "${pair%%=*}" "${pair#*=}"
done
rc ftp dvc remote add f ftp://h
rc colon dvc remote add c host:path
rc noturl dvc config -u remote.s.url
