# A repository of Git without DVC.
mkdir g; cd g; git init -q; mkdir d; echo x > x; echo y > d/y; git add -A; git commit -qm one; echo z > z; cd ..
out names dvc list g; out all dvc list g -R --json; out d dvc list g d; out rev dvc list g --rev HEAD; out -u du dvc du g
